import { deniedByPlugin, isAboutCredential, isCodeOfMlflow } from '../proxy/exchange/error-code.ts';
import type { ProbeResponse } from './probe-local-proxy.ts';

/**
 * What a response of the tracking server, or of a gateway before it, says of the credential. What asks for a browser
 * sign-in, leads elsewhere or denies the name of the server is not among it: the local proxy responds itself then
 * (proxy/exchange/verdict.ts).
 */
export type ServerVerdict =
  /** `user`: whose credential it is, in the server's words, where it tells. */
  | { readonly kind: 'accepted'; readonly user: string | undefined }
  /** Signed in, but not allowed to do what was asked: an answer for the user, and no reason to doubt the credential. */
  | { readonly kind: 'noPermission' }
  | { readonly kind: 'rejected'; readonly status: number }
  | { readonly kind: 'serverError'; readonly status: number }
  /** For a reason that has nothing to do with the credential. */
  | { readonly kind: 'refused'; readonly status: number }
  | { readonly kind: 'notMlflow'; readonly status: number };

/** A call that every permission level may make, and which changes nothing. */
export interface SignedInCall {
  /** After the base path. */
  readonly path: string;
  /** `undefined`: it says nothing, and the next call has to. */
  readonly judge: (response: ProbeResponse) => ServerVerdict | undefined;
  /** Servers without it are MLflow, too: a gateway's page may be for this path alone. */
  readonly isEverywhere: boolean;
}

/**
 * Names the user: newer servers with MLflow's basic-auth or mlflow-oidc-auth, for everybody who is signed in, also with
 * MLFLOW_BASIC_AUTH_FAIL_CLOSED and where no workspace is chosen. Others have no such path.
 */
const currentUser: SignedInCall = {
  path: '/api/2.0/mlflow/users/current',
  isEverywhere: false,
  judge: (response) => {
    const json = response.status === 200 ? jsonOf(response) : undefined;
    const user = userOf(json);
    if (user !== undefined) return { kind: 'accepted', user };
    // Whatever responds like this to all calls would seem to have no experiments.
    if (json !== undefined && Object.keys(json).length === 0) return { kind: 'notMlflow', status: 200 };
    return response.status === 401 ? { kind: 'rejected', status: 401 } : undefined;
  },
};

/**
 * There since MLflow 1.28, signed in or not. With basic-auth it answers everybody, and leaves out what the user may not
 * read; where no workspace is chosen it is an error of MLflow's own, which comes after the sign-in.
 */
const searchExperiments: SignedInCall = {
  path: '/api/2.0/mlflow/experiments/search?max_results=1',
  isEverywhere: true,
  judge: (response) => rows.find(({ when }) => when(response))?.verdict(response),
};

/** In this order, until one decides. */
export const signedInCalls: readonly SignedInCall[] = [currentUser, searchExperiments];

/** Of servers that do not have such a path. */
const isElsewhere: ReadonlySet<number> = new Set([404, 405, 410]);

interface Row {
  readonly when: (response: ProbeResponse) => boolean;
  readonly verdict: (response: ProbeResponse) => ServerVerdict;
}

/** The first that fits counts. */
const rows: readonly Row[] = [
  {
    when: (response) => response.status === 403 && isMlflowsDenial(response),
    verdict: () => ({ kind: 'noPermission' }),
  },
  {
    when: ({ status }) => status === 401 || status === 403,
    verdict: ({ status }) => ({ kind: 'rejected', status }),
  },
  {
    when: ({ status }) => status >= 500 || status === 429 || status === 408,
    verdict: ({ status }) => ({ kind: 'serverError', status }),
  },
  {
    when: (response) => response.status === 200 && isSearchResult(jsonOf(response)),
    verdict: () => ({ kind: 'accepted', user: undefined }),
  },
  {
    // Such as INVALID_TOKEN, in MLflow's form.
    when: (response) => response.status >= 400 && isAboutCredential(errorCodeOf(response)),
    verdict: ({ status }) => ({ kind: 'rejected', status }),
  },
  {
    // An error of MLflow's own, such as that no workspace is chosen: the request was let in.
    when: (response) => response.status >= 400 && isCodeOfMlflow(errorCodeOf(response)),
    verdict: () => ({ kind: 'accepted', user: undefined }),
  },
  {
    // Such as 421 and 431: whoever responds knows the path, and does not take the request.
    when: ({ status }) => status >= 400 && !isElsewhere.has(status),
    verdict: ({ status }) => ({ kind: 'refused', status }),
  },
  {
    when: () => true,
    verdict: ({ status }) => ({ kind: 'notMlflow', status }),
  },
];

function jsonOf({ text }: ProbeResponse): Readonly<Record<string, unknown>> | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return isObject(parsed) ? parsed : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function errorCodeOf(response: ProbeResponse): unknown {
  return jsonOf(response)?.['error_code'];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** MLflow has the user in an object of its own, mlflow-oidc-auth has not. */
function userOf(json: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const user = json?.['user'];
  const name = isObject(user) ? user['username'] : json?.['username'];
  return typeof name === 'string' && name !== '' ? name : undefined;
}

/** Without experiments, the form that MLflow has for messages (proto3 as JSON) leaves the list out. */
function isSearchResult(json: Readonly<Record<string, unknown>> | undefined): boolean {
  return json !== undefined && (Array.isArray(json['experiments']) || Object.keys(json).length === 0);
}

const deniedWords = /^\s*Permission denied\s*$/;

/** MLflow's handlers name a code, its basic-auth app has the two words, and mlflow-oidc-auth has words as JSON. */
function isMlflowsDenial(response: ProbeResponse): boolean {
  const json = jsonOf(response);
  const words = json === undefined ? response.text : json['message'];
  const detail = json?.['detail'];
  return (
    isCodeOfMlflow(json?.['error_code']) ||
    (typeof words === 'string' && deniedWords.test(words)) ||
    (typeof detail === 'string' && deniedByPlugin.test(detail))
  );
}
