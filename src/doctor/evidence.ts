import type { Destination } from '../configuration/destination.ts';
import type { ConfigurationResult } from '../configuration/read-configuration.ts';
import type { CountedRequests } from '../connection/fact-words.ts';
import type { ResponseFacts } from '../connection/last-response.ts';
import type { ConnectionState } from '../connection/state.ts';
import type { NotedProblem } from './last-problem.ts';

/** Everything that a diagnosis looks at, gathered at one moment. Holds no secret: only whether there is one. */
export interface Evidence {
  /** Wall-clock milliseconds. */
  readonly now: number;
  /** Whether the connection is in another state since then. */
  readonly hasChanged: boolean;
  readonly isTrusted: boolean;
  readonly read: ConfigurationResult;
  readonly state: ConnectionState;
  /** What the user approved for this workspace, whether or not the settings still say so. */
  readonly approved: Destination | undefined;
  /** How the tracking server responds without a credential. */
  readonly server: ProbeResult | { readonly kind: 'running' };
  /** Whether the state says what the tracking server said of the credential just now. */
  readonly isServerAsked: boolean;
  readonly lastProblem: NotedProblem | undefined;
  readonly requests: RequestCounts | undefined;
  /** Why the local proxy last denied a request. */
  readonly lastDenial: string | undefined;
  /** What the chosen source can sign in with. */
  readonly signIn: readonly SignInSecret[];
  readonly kept: readonly KeptSecret[];
  /** What the user has yet to enter before the chosen source can sign in; for people. */
  readonly missingCredential: string | undefined;
  /** MLFLOW_TRACKING_URI, as Python that is started now finds it. */
  readonly pythonUri: string | undefined;
  /** For people: the HTTP proxy between this machine and the tracking server, and what named it. */
  readonly httpProxy: string | undefined;
  /** For people: what vouches for the tracking server, where it is not the usual. */
  readonly certificateCheck: string | undefined;
  /** Versions, for whoever helps. */
  readonly versions: readonly (readonly [component: string, version: string])[];
}

/** What VS Code's secret storage holds of ours, without its value. */
export interface KeptSecret {
  /** For people, as `about` (which server it is for) and `where` (which workspace uses it). */
  readonly what: string;
  readonly about: string;
  readonly where: string;
  /** Wall-clock milliseconds. */
  readonly since: number;
  /** When it is deleted; `undefined`: not before somebody ends it. */
  readonly until: number | undefined;
  /** For people: the command that ends it. */
  readonly endedBy: string;
}

export type RequestCounts = ResponseFacts & CountedRequests;

export interface SignInSecret {
  /** For people: where it would be. */
  readonly name: string;
  readonly isSet: boolean;
}

/** One sentence for people: what was seen, or why nobody looked. */
export interface ProbeResult {
  readonly kind: 'ok' | 'failed' | 'notChecked';
  readonly text: string;
}
