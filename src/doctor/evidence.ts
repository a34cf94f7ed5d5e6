import type { Destination } from '../configuration/destination.ts';
import type { ConfigurationResult } from '../configuration/read-configuration.ts';
import type { ConnectionState } from '../connection/state.ts';
import type { NotedProblem } from './last-problem.ts';

/** Everything that a diagnosis looks at, gathered at one moment. Holds no secret: only whether there is one. */
export interface Evidence {
  /** Wall-clock milliseconds. */
  readonly now: number;
  readonly isTrusted: boolean;
  readonly read: ConfigurationResult;
  readonly state: ConnectionState;
  /** What the user approved for this workspace, whether or not the settings still say so. */
  readonly approved: Destination | undefined;
  /** What the tracking server said just now, without a credential. */
  readonly server: Answer;
  /** What it said with the credential, asked as Python asks. */
  readonly signedIn: Answer;
  readonly lastProblem: NotedProblem | undefined;
  readonly requests: RequestCounts | undefined;
  /** Why the local proxy last turned a request away. */
  readonly lastDenial: string | undefined;
  /** What the chosen source can sign in with. */
  readonly signIn: readonly SignInSecret[];
  /** What has to be typed before the chosen source can sign in, and is not there; for people. */
  readonly missingCredential: string | undefined;
  /** MLFLOW_TRACKING_URI, as Python that is started now finds it. */
  readonly pythonUri: string | undefined;
  /** HTTP proxy on the way to the tracking server. */
  readonly httpProxy: string | undefined;
  /** Versions, for who is asked for help. */
  readonly about: readonly (readonly [what: string, version: string])[];
}

export interface RequestCounts {
  readonly requests: number;
  readonly failures: number;
  readonly denied: number;
}

export interface SignInSecret {
  /** For people: where it would be. */
  readonly name: string;
  readonly isSet: boolean;
}

export type Answer =
  | { readonly kind: 'found' | 'doubtful'; readonly text: string }
  /** With the reason. */
  | { readonly kind: 'notAsked'; readonly text: string };
