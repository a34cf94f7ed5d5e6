import type { HostKind } from './host-kind.ts';
import type { Workbench } from './workbench.ts';

export interface EditorOptions {
  /** Everything that the editor writes goes below it. */
  readonly folder: string;
  /** The folder that is opened. */
  readonly project: string;
  readonly vsixFiles: readonly string[];
  readonly settings: Readonly<Record<string, unknown>>;
  /** Beside this process's own environment. */
  readonly env?: NodeJS.ProcessEnv;
  /** Folders that come first on the PATH. */
  readonly path?: readonly string[];
  /** Addresses of this machine open as they are, as on a desktop. VS Code's server here leads them to its own port. */
  readonly opensLocalAddresses?: boolean;
  /** What the person enters in the browser where a server asks for a user name and password. */
  readonly browserSignIn?: { readonly origin: string; readonly username: string; readonly password: string };
}

export interface OpenEditor {
  readonly kind: HostKind;
  readonly workbench: Workbench;
  /** Where a person finds the window. */
  readonly address: string;
  stop(): Promise<void>;
}

/** A local proxy outlives its last window by less than for people, so that none is left over for long. */
export const shortLinger = { MLFLOW_SECRETS_AUTH_PROXY_LINGER_SECONDS: '10' };
