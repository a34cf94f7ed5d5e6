import type { ClientCertificate } from '../network/client-certificate.ts';
import type { ServerTrust } from '../network/server-trust.ts';
import type { UpstreamTrouble } from './upstream-trouble.ts';
import type { SignInWall } from './sign-in-wall.ts';

/** What the extension's main thread and the proxy's worker exchange. Plain data: it is structured-cloned. */

/** Sentences in the user's language by their English ones, as `vscode.l10n.bundle` has them. */
export type Texts = Readonly<Record<string, string>>;

/** What the worker is started with. */
export interface WorkerData {
  /** `undefined` for English. */
  readonly texts: Texts | undefined;
}

export interface HttpProxy {
  /** May carry user and password. */
  readonly url: string;
  /** The setting or variable that names it, for people. */
  readonly from: string;
}

/** How the worker reaches the tracking server. */
export interface Upstream {
  /** Names the tracking server in the session tokens that are issued for it; `''`: they name none. */
  readonly id: string;
  /** Scheme, ASCII host, and port where it is not the scheme's default. */
  readonly origin: string;
  /** What all paths begin with: `` or `/mlflow`. Others get no credential. */
  readonly basePath: string;
  /** The HTTP proxy to go through, `undefined` for none. */
  readonly httpProxy: HttpProxy | undefined;
  readonly trust: ServerTrust;
  /** Shown to the server where it asks for one. */
  readonly clientCertificate: ClientCertificate | undefined;
  /** A sentence: why no HTTP proxy is used, although one is named somewhere. */
  readonly directBecause?: string | undefined;
  /** A sentence: what to do where the server does not accept the credential. */
  readonly rejectedRemedy?: string | undefined;
}

/**
 * The codes in use of those that MLflow's client has (mlflow/protos/databricks.proto, `ErrorCode`; all of these in 2.9
 * as in 3.17). For any other, older clients raise a ValueError, which hides our message, and newer ones log that the
 * code is unknown.
 */
export type MlflowErrorCode =
  | 'INVALID_PARAMETER_VALUE'
  | 'UNAUTHENTICATED'
  | 'PERMISSION_DENIED'
  | 'INVALID_STATE'
  | 'DEADLINE_EXCEEDED'
  | 'INTERNAL_ERROR'
  | 'TEMPORARILY_UNAVAILABLE';

/** A response of our own, in MLflow's JSON error form. */
export interface ProxyResponse {
  readonly status: number;
  readonly errorCode: MlflowErrorCode;
  readonly message: string;
  /** The part of `message` that says what to do, where it is a part of its own. */
  readonly remedy?: string;
  /** A path of the local proxy, where the client is to ask. */
  readonly location?: string;
}

/** Times are wall-clock milliseconds and are checked at each use. */
export type CredentialState =
  /**
   * Requests wait for a credential, up to the proxy's bound. `of`: names what it will be one of; a proxy that outlives
   * windows and has one of the same, which is still good, uses that meanwhile.
   */
  | { readonly kind: 'pending'; readonly of?: string }
  | {
      readonly kind: 'ready';
      readonly headerName: string;
      readonly headerValue: string;
      /** Grows by one whenever the value changes. Sent again unchanged: the store still has the same secret. */
      readonly version: number;
      /** From here on the worker posts `credentialNeeded` once, and goes on using the value. */
      readonly refreshAt: number;
      /** From here on the value is not used. */
      readonly expiresAt: number;
      /** When it came from the store. */
      readonly fetchedAt?: number;
    }
  /**
   * Requests get this response at once. A request that comes after `askAgainAfterMs` waits for what comes of asking
   * again; left out: asking would not help. `of`: names what could not be had, so that what another window has of the
   * same serves meanwhile; left out: this window is not connected. `isDenied`: by the secret store, which counts more than
   * that Python is served.
   */
  | {
      readonly kind: 'unavailable';
      readonly of?: string;
      readonly isDenied?: boolean;
      readonly response: ProxyResponse;
      readonly askAgainAfterMs?: number;
    };

export type ToWorker =
  | { readonly type: 'listen'; readonly port: number; readonly sessionToken: string }
  /** From here on requests for that tracking server wait for it, rather than learn that another one is connected. */
  | { readonly type: 'expect'; readonly upstreamId: string }
  | { readonly type: 'upstream'; readonly upstream: Upstream | undefined }
  | { readonly type: 'credential'; readonly credential: CredentialState }
  /** Takes no more connections and no more requests; what is under way goes on, until `drained` or `listen`. */
  | { readonly type: 'drain' }
  | { readonly type: 'close' };

/** Why a request was not let in. */
export type DenialReason =
  | 'no-token'
  | 'wrong-token'
  | 'host'
  | 'origin'
  | 'fetch-site'
  | 'forwarded'
  | 'other-user'
  | 'other-server'
  | 'outside-base-path'
  | 'malformed'
  | 'limit';

/** `requests` and `failures`: of the user's programs. What this product itself asks of the tracking server shows in the times. */
export interface ProxyStatistics {
  readonly requests: number;
  /** Responses of 500 and above, and requests that got none. */
  readonly failures: number;
  /** Responses that reject a credential: 401, 403 unless MLflow itself denies a permission, and sign-in pages. */
  readonly rejected: number;
  readonly denied: number;
  readonly openConnections: number;
  /** When the tracking server responded last, with whatever status. Wall-clock milliseconds; 0 before the first time. */
  readonly lastResponseAt: number;
  /** Until the head of a response came, over the last minutes; undefined when there were none, or too few. */
  readonly medianResponseMs: number | undefined;
  readonly p95ResponseMs: number | undefined;
  /** From when on all this was counted. Wall-clock milliseconds; a process of an earlier version does not say. */
  readonly since?: number;
  readonly traffic?: TrafficFacts;
}

/** Requests that are the same but for their query. Times are wall-clock milliseconds. */
export interface RecentRequest {
  readonly method: string;
  /** Without the query, and cut where it is long. */
  readonly path: string;
  /** Of the response; 0: no whole one came. */
  readonly status: number;
  readonly count: number;
  readonly at: number;
}

export interface RecentDenial {
  readonly reason: DenialReason;
  readonly count: number;
  readonly at: number;
}

/** What the user's programs asked in the last minutes. */
export interface TrafficFacts {
  /** Of the last count: wall-clock time by the length of an interval (proxy/traffic.ts). */
  readonly interval: number;
  /** How many requests began in each, the oldest first. */
  readonly perInterval: readonly number[];
  /** The last different ones, the latest first. */
  readonly recent: readonly RecentRequest[];
  readonly denials: readonly RecentDenial[];
}

/** What the tracking server, or what is in front of it, made of a credential. */
export type CredentialOutcome =
  /** A response to an API request that only a taken credential gets, be it MLflow's own refusal of a permission. */
  | { readonly outcome: 'accepted' }
  /**
   * The secret store gave the same again. 401: it is not taken. 403: something in front of MLflow refuses; whether for
   * the credential's sake, is not known.
   */
  | { readonly outcome: 'rejected'; readonly detail: { readonly status: 401 | 403 } }
  /** The same, and the gateway asks for a browser sign-in. */
  | { readonly outcome: 'wall'; readonly detail: SignInWall };

export type FromWorker =
  /** `sessionToken`: the one that counts, where the proxy served other windows before. */
  | { readonly type: 'listening'; readonly port: number; readonly sessionToken?: string }
  | { readonly type: 'listenFailed'; readonly code: string; readonly port: number }
  /**
   * A request needs something of the main thread; each reason is posted once until the next `credential` message.
   * `rejected`: the tracking server rejected `version`; the next `credential` settles it, changed or not. `wasAccepted`:
   * it had accepted it before.
   */
  | { readonly type: 'credentialNeeded'; readonly reason: 'missing' | 'expired' | 'refresh' }
  | {
      readonly type: 'credentialNeeded';
      readonly reason: 'rejected';
      readonly version: number;
      readonly wasAccepted: boolean;
    }
  | { readonly type: 'statistics'; readonly statistics: ProxyStatistics }
  /**
   * Whenever it is another one than before for this version of the credential, and at most once a second. Only requests
   * on API paths count: what needs no credential proves nothing. `isOfCheck`: a window asked, rather than Python.
   */
  | ({
      readonly type: 'credentialOutcome';
      readonly version: number;
      readonly isOfCheck?: true;
    } & CredentialOutcome)
  /**
   * To a window that could not get a credential: one of the same connection, which another window brought, is in use
   * (wall-clock milliseconds); `undefined`: no longer.
   */
  | {
      readonly type: 'lent';
      readonly secret: { readonly fetchedAt: number; readonly refreshAt: number } | undefined;
    }
  /** Rate limited: `count` since the last of the same reason. */
  | {
      readonly type: 'denied';
      readonly reason: DenialReason;
      readonly count: number;
      readonly detail: string;
    }
  /** The tracking server cannot be reached, or can be again. */
  | ({ readonly type: 'upstreamTrouble' } & UpstreamTrouble)
  /** After `drain`: no client is left. */
  | { readonly type: 'drained' }
  | { readonly type: 'closed' };
