/** What the extension's main thread and the proxy's worker tell each other. Plain data: it is structured-cloned. */

/** How the worker reaches the tracking server. */
export interface Upstream {
  /** Scheme, ASCII host, and port where it is not the scheme's default. */
  readonly origin: string;
  /** The HTTP proxy to go through, `undefined` for none. May carry user and password. */
  readonly httpProxy: string | undefined;
  /** PEM certificates to trust beside Node's own. */
  readonly extraCertificates: readonly string[];
}

/** Begins the message of every response of our own, so that it is recognised in whatever traceback it shows up. */
export const responsePrefix = 'MLflow Secrets Auth: ';

/** An answer of our own, in MLflow's JSON error form. */
export interface ProxyResponse {
  readonly status: number;
  /** MLflow's `error_code`. */
  readonly errorCode: string;
  readonly message: string;
}

/** Times are wall-clock milliseconds and are checked at each use. */
export type CredentialState =
  /** Requests wait for a credential, up to the proxy's bound. */
  | { readonly kind: 'pending' }
  | {
      readonly kind: 'ready';
      readonly headerName: string;
      readonly headerValue: string;
      /** Grows by one whenever the value changes. Sent again unchanged: the store still has the same secret. */
      readonly version: number;
      /** From here on the worker says `wanted` once while it goes on using the value. */
      readonly refreshAt: number;
      /** From here on the value is not used. */
      readonly expiresAt: number;
    }
  /** Requests are answered at once. */
  | { readonly kind: 'unavailable'; readonly response: ProxyResponse };

export type ToWorker =
  | { readonly type: 'listen'; readonly port: number; readonly sessionToken: string }
  | { readonly type: 'upstream'; readonly upstream: Upstream | undefined }
  | { readonly type: 'credential'; readonly credential: CredentialState }
  | { readonly type: 'close' };

/** Why a request was not let in. */
export type DenialReason =
  'no-token' | 'wrong-token' | 'host' | 'origin' | 'fetch-site' | 'forwarded' | 'malformed' | 'limit';

export interface ProxyStatistics {
  readonly requests: number;
  /** Answers of 500 and above, and requests that got none. */
  readonly failures: number;
  /** 401 and 403 answers that the tracking server gave to the current credential. */
  readonly rejected: number;
  readonly denied: number;
  readonly openConnections: number;
  /** Wall-clock milliseconds; 0 before the first request. */
  readonly lastRequestAt: number;
}

export type FromWorker =
  | { readonly type: 'listening'; readonly port: number }
  | { readonly type: 'listenFailed'; readonly code: string; readonly port: number }
  /**
   * A request needs something of the main thread; each is said once until the next `credential` message.
   * `rejected`: the tracking server refused `version`; answered by the next `credential`, changed or not.
   */
  | { readonly type: 'credentialNeeded'; readonly reason: 'missing' | 'expired' | 'refresh' }
  | { readonly type: 'credentialNeeded'; readonly reason: 'rejected'; readonly version: number }
  | { readonly type: 'statistics'; readonly statistics: ProxyStatistics }
  /** Rate limited: `count` since the last of the same reason. */
  | {
      readonly type: 'denied';
      readonly reason: DenialReason;
      readonly count: number;
      readonly detail: string;
    }
  /** The tracking server cannot be reached, or can be again. */
  | { readonly type: 'upstreamTrouble'; readonly message: string | undefined }
  | { readonly type: 'closed' };
