/** Whole fields, and bytes for accidents; see `line-words.ts`. */
import { token } from './token.ts';

/** Beside the framing. `PORT5` stands for the proxy's port. */
// prettier-ignore
export const fields = {
  usual: [
    'User-Agent: mlflow-python-client/3.17.2', 'Accept: */*', 'Accept-Encoding: gzip, deflate', 'Content-Type: application/json', 'X-Custom: a b\tc',
    'Connection: keep-alive', 'X-Empty:', 'X-MLflow-Async: true', 'Range: bytes=0-99', 'X-High: \xe4\xf6', 'Cookie: a=b; c=d', 'X-Colon: a:b:c',
  ],
  odd: [
    'Connection: close', 'Connection: Authorization', 'Connection: Content-Length', 'Connection: Transfer-Encoding', 'Connection: Host, close', 'Connection: keep-alive, X-Custom',
    'Connection: upgrade', 'Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'Upgrade: websocket', 'HTTP2-Settings: AAMAAABkAAQAAP__', 'Proxy-Connection: keep-alive', 'Keep-Alive: timeout=5',
    'Expect: 100-continue', 'Expect: 100-Continue', 'Expect: 200-ok', 'Expect:', 'Expect: 100-continue, x', 'TE: trailers', 'TE: chunked', 'Trailer: Content-Length', 'Trailer: X-T',
    'Host: evil.example', 'Host: 127.0.0.1:PORT5', 'Host:', 'host: localhost:PORT5', 'Host: 127.0.0.1:PORT5, evil', 'Host: 127.0.0.1:PORT5.', 'Host: 127.0.0.1', 'Host: user@127.0.0.1:PORT5', 'Host : evil',
    `Authorization: Bearer ${token}`, 'Authorization: Bearer wrong', 'Authorization: ', `authorization: bearer ${token}`, `Proxy-Authorization: Bearer ${token}`, 'Authorization_: x', `Authorization: Bearer ${token}, x`,
    'Origin: https://evil.example', 'Origin: null', 'Origin: http://127.0.0.1:PORT5', 'Sec-Fetch-Site: cross-site', 'Sec-Fetch-Site: none', 'Sec-Fetch-Site: same-origin', 'Referer: https://evil.example/',
    'X-Forwarded-For: 1.2.3.4', 'X-Forwarded-Host: evil', 'X_Forwarded_For: 1', 'Forwarded: for=1', 'Via: 1.1 x', 'X-Real-IP: 1', 'X-HTTP-Method-Override: DELETE', 'X-Original-URL: /x',
    'X-NUL: a\x00b', 'X-CR: a\rb', 'X-LF: a\nb', 'X-DEL: a\x7fb', 'X-BEL: a\x07b', 'X-Fold: a\r\n b', 'X-Fold: a\r\n\tb', ' X-Lead: a', '\tX-Lead: a', 'X Space: a', 'X-Space : a', 'X-Tab\t: a', ': no-name',
    'no-colon', 'X(Paren): a', 'X"Quote": a', 'X\xe9: a', 'X\xff: a', '\x00: a', 'X-Ctl\x01: a', '=: a', `X-Long: ${'a'.repeat(2000)}`, `${'N'.repeat(300)}: a`, 'X-Ends-CR: a\r', '{}: a', 'X/Y: a', '@: a',
    'Content-Length', 'Transfer-Encoding', 'Content-Length:', 'Content-Length: 0', 'Content-Length: 5', 'Transfer-Encoding: chunked', 'Transfer-Encoding: identity', 'Content-Encoding: chunked', 'Transfer-Encoding:',
    `Cookie: session=${token}`, `Cookie: a=b; mlflow-secrets-auth-PORT5=${token}; c=d`, 'Cookie: mlflow-secrets-auth-1=wrong', 'GET / HTTP/1.1', 'HTTP/1.1 200 OK', 'Max-Forwards: 0', 'Date: x', 'Alt-Used: evil', ':authority: evil', ':path: /x', 'Content-Type: multipart/form-data',
  ],
} as const;

// prettier-ignore
export const specials = [
  '\r', '\n', '\r\n', '\r\n\r\n', '\x00', ' ', '\t', ':', ',', ';', '0', '\x0b', '\x7f', '\x80', '\xff', '0\r\n\r\n', 'chunked', 'GET / HTTP/1.1\r\n',
] as const;
