import type { AdmittedRequest } from '../admission/admit-request.ts';
import { isFileTarget } from '../http/api-path.ts';
import { fieldValue } from '../http/header-fields.ts';
import { isWebPage, mayBeWebPage } from '../http/response-head.ts';
import type { ResponseHead } from '../http/response-head.ts';
import type { UpstreamAddress } from '../upstream/address.ts';
import { deniedByPlugin, isCodeOfMlflow } from './error-code.ts';
import type { RequestPurpose } from './request-purpose.ts';
import { troubleOfBody, troubleOfHead } from './server-trouble.ts';
import type { AskedOfServer, ServerTrouble } from './server-trouble.ts';
import { otherPage, signInPage, signInRedirect } from './sign-in.ts';
import type { Wall } from './sign-in.ts';

/** What a response says about the credential that its request carried. */
export type Verdict =
  | { readonly kind: 'nothing' | 'accepted' }
  /** 403: something in front of MLflow refuses, which may be because of the credential. */
  | { readonly kind: 'rejected'; readonly status: 401 | 403 }
  | { readonly kind: 'wall'; readonly wall: Wall }
  /** It says nothing of the credential, and nothing that a program can read. */
  | { readonly kind: 'trouble'; readonly trouble: ServerTrouble };

export interface ReviewedRequest extends AskedOfServer {
  readonly purpose: RequestPurpose;
  /** A sentence: what to do where the credential is not accepted. */
  readonly rejectedRemedy?: string | undefined;
}

/** `address`: of the tracking server that was asked. */
export function reviewedRequest(
  { line, fields }: AdmittedRequest,
  purpose: RequestPurpose,
  address: UpstreamAddress | undefined,
): ReviewedRequest {
  const { origin = '', basePath = '', rejectedRemedy } = address ?? {};
  const { method, target } = line;
  return { origin, basePath, method, target, purpose, rejectedRemedy, isOfCheck: fields.isOwn };
}

const nothing: Verdict = { kind: 'nothing' };
const accepted: Verdict = { kind: 'accepted' };

/** Of a response that is not simply data. `undefined`: its body decides. `isKnown`: the credential was accepted before. */
export function verdictOfHead(
  head: ResponseHead,
  request: ReviewedRequest,
  isKnown: boolean,
): Verdict | undefined {
  const { status } = head;
  const hasBody = head.framing.kind !== 'none';
  const isPerhapsPage = isWebPage(head) || mayBeWebPage(head);
  if (status === 401) {
    // Who names a scheme asks for a credential such as ours, not for a browser.
    const isPage = hasBody && isPerhapsPage && fieldValue(head, 'www-authenticate') === undefined;
    return isPage && isApi(request) ? undefined : { kind: 'rejected', status };
  }
  if (status === 403) return hasBody ? undefined : { kind: 'rejected', status };
  if (!isApi(request)) return nothing;
  if (status >= 300 && status < 400) {
    const location = fieldValue(head, 'location');
    const cookies = head.fields.filter(({ name }) => name === 'set-cookie').map(({ value }) => value);
    const wall = location === undefined ? undefined : signInRedirect(location, request, cookies);
    if (wall !== undefined) return { kind: 'wall', wall };
    // No other redirect says anything of the credential: one to TLS comes before any sign-in.
    return troubled(troubleOfHead(head, request)) ?? nothing;
  }
  if (!hasBody) return status < 300 && !isWebPage(head) ? accepted : nothing;
  if (status < 300) return isFileTarget(request.target) && !isWebPage(head) ? accepted : undefined;
  if (status >= 500)
    return mayBeWebPage(head) ? undefined : (troubled(troubleOfHead(head, request)) ?? nothing);
  if (status === 400 && request.origin.startsWith('http:')) return undefined;
  return status < 500 && !isKnown && !isWebPage(head) ? undefined : nothing;
}

/** As browsers tell a page from text (WHATWG, MIME Sniffing, 7.1), in latin-1. */
const beginsAsPage =
  /^(?:\xef\xbb\xbf)?\s{0,99}(?:<!--[^>]{0,999}>\s{0,99})?<(?:!doctype\s{1,9}html|html|head|title|body)\b/i;

/** `text`: of the body as far as it was read; `undefined` when it cannot be told. */
export function verdictOfBody(
  head: ResponseHead,
  request: ReviewedRequest,
  text: string | undefined,
): Verdict {
  const { status } = head;
  // A page of the API's is none of MLflow's, whatever it calls itself.
  const isForced = isApi(request) && !isFileTarget(request.target);
  const isPage = isWebPage(head) || ((isForced || mayBeWebPage(head)) && beginsAsPage.test(text ?? ''));
  const trouble = isApi(request) ? troubled(troubleOfBody({ status, isPage }, text ?? '')) : undefined;
  if (trouble !== undefined) return trouble;
  const wall = isApi(request) && isPage ? signInPage(text ?? '') : undefined;
  if (wall !== undefined) return { kind: 'wall', wall };
  if (status === 401) return { kind: 'rejected', status };
  if (status === 403) return forbidden(text ?? '');
  if (status < 300) {
    if (!isPage) return accepted;
    return isFileTarget(request.target) ? nothing : { kind: 'wall', wall: otherPage };
  }
  return isOfMlflow(text ?? '') ? accepted : nothing;
}

function troubled(trouble: ServerTrouble | undefined): Verdict | undefined {
  return trouble && { kind: 'trouble', trouble };
}

function isApi({ purpose }: ReviewedRequest): boolean {
  return purpose === 'api' || purpose === 'publicApi';
}

/** MLflow's own words before it looks at a credential (mlflow/server/security_utils.py). */
const beforeSignIn = /^(?:Invalid Host header\b|Cross-origin request blocked)/;
/**
 * Of MLflow in all versions (mlflow/server/auth/__init__.py, `make_forbidden_response`, as text), and of mlflow-oidc-auth
 * (mlflow_oidc_auth/responses/client_error.py, in JSON).
 */
const denied = /^\s*Permission denied\s*$/;

/** A 403 with this text. */
function forbidden(text: string): Verdict {
  if (denied.test(text)) return accepted;
  if (beforeSignIn.test(text)) return nothing;
  const { error_code: code, message, detail } = jsonObject(text);
  if (isCodeOfMlflow(code)) return isOfMlflow(text) ? accepted : nothing;
  if (typeof message === 'string' && denied.test(message)) return accepted;
  if (typeof detail === 'string' && deniedByPlugin.test(detail)) return accepted;
  // Kong: {"message": …}, AWS API Gateway: {"message":"Forbidden"}, oauth2-proxy: {} or a page, nginx: a page.
  return { kind: 'rejected', status: 403 };
}

/**
 * Whether MLflow responded after it had let the request in. It looks for the workspace before that
 * (mlflow/server/__init__.py), so that an error about one proves nothing.
 */
function isOfMlflow(text: string): boolean {
  const { error_code: code, message } = jsonObject(text);
  if (!isCodeOfMlflow(code)) return false;
  return !(typeof message === 'string' && /workspace/i.test(message));
}

function jsonObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
