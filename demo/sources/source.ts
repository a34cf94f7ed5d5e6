import type { CorporateProxyOptions } from '../../test/support/servers/corporate-proxy.ts';
import type { Certificates } from '../../test/support/servers/certificates.ts';
import type { Workbench } from '../../test/support/workbench/workbench.ts';

export interface SignIn {
  readonly user: string;
  readonly password: string;
}

/** Where the MLflow server's password is stored, and what a user has to do to use it. */
export interface DemoSource {
  /** Settings of the project, which a team shares: nothing secret. */
  readonly projectSettings: Readonly<Record<string, unknown>>;
  /** Settings of the user's machine. */
  readonly machineSettings: Readonly<Record<string, unknown>>;
  /** Environment that a company's machine would have. */
  readonly env: NodeJS.ProcessEnv;
  /** Hosts that only the company's proxy can resolve. */
  readonly hosts: CorporateProxyOptions['hosts'];
  /** What a user types while connecting, up to the approval. */
  readonly typeCredential: (workbench: Workbench) => Promise<void>;
  /** Changes the password in the store; absent where a person would have to type the new one. */
  readonly rotate?: (password: string) => Promise<void>;
  /** Names and values that must not be found anywhere, beside the password. */
  readonly secrets: readonly string[];
  /** For a person who tries it by hand. */
  readonly notes: readonly string[];
  readonly stop: () => Promise<void>;
}

export interface SourceSurroundings {
  readonly folder: string;
  readonly signIn: SignIn;
  /** Valid for every host of the company. */
  readonly certificates: Certificates;
}
