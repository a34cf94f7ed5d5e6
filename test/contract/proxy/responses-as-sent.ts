/** Responses as bytes: doubles of what products send, by their sources and documentation. */
export function response(status: string, fields: readonly string[], body = ''): string {
  const length = `Content-Length: ${Buffer.byteLength(body, 'latin1')}`;
  return [`HTTP/1.1 ${status}`, ...fields, length, '', body].join('\r\n');
}

export function json(status: string, body: unknown, ...fields: readonly string[]): string {
  return response(status, ['Content-Type: application/json', ...fields], JSON.stringify(body));
}

export function html(status: string, body: string, ...fields: readonly string[]): string {
  return response(status, ['Content-Type: text/html; charset=utf-8', ...fields], body);
}

export function redirect(location: string, status = '302 Found', ...fields: readonly string[]): string {
  return response(status, [`Location: ${location}`, ...fields]);
}

export const signInForm =
  '<html><head><title>Sign In</title></head><form method="GET" action="/oauth2/start"></form></html>';

/** oauth2-proxy, pkg/app/pagewriter/sign_in.html, shortened. */
export const oauth2ProxyPage = `${signInForm}<footer>Secured with <a href="https://github.com/oauth2-proxy/oauth2-proxy#oauth2_proxy">OAuth2 Proxy</a></footer>`;

export const nginxForbidden =
  '<html><head><title>403 Forbidden</title></head><body><h1>403 Forbidden</h1></body></html>';

/** mlflow/exceptions.py, `serialize_as_json`. */
export const permissionDenied = { error_code: 'PERMISSION_DENIED', message: 'Permission denied' };
