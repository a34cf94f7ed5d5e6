import type { KeepPlan, KeptState } from '../control/control-messages.ts';
import type { CredentialState, FromWorker } from '../messages.ts';

/**
 * What fetches and refreshes the credential while no window is there. The process's entry hands it in, and it is loaded when
 * a window has a plan for it: the proxy itself knows no secret store.
 */
export interface AloneModule {
  /**
   * Loads all that the plan needs, while the extension's folder is there. The plan is not used afterwards, only what this
   * resolves to. Rejects for a plan of another version.
   */
  prepareAlone(plan: KeepPlan): Promise<PreparedAlone>;
}

export interface PreparedAlone {
  /** The last window has left. At most once, unless it is closed in between. */
  start(link: AloneLink): Alone;
}

export interface AloneLink {
  /** As a window posts it, with versions of its own. */
  post(credential: CredentialState): void;
  /** A secret was fetched from the store. */
  refreshed(): void;
  log(line: string): void;
}

export interface Alone {
  /** As of a window, in its own versions. */
  credentialNeeded(need: Extract<FromWorker, { type: 'credentialNeeded' }>): void;
  /** A window is there, or all ends: at once nothing is posted any more, and what it signed in for is given back. */
  close(): KeptState;
}
