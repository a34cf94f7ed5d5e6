import type * as vscode from 'vscode';
import type { ConnectionState } from '../connection/state.ts';
import type { EnvironmentChange } from '../python/environment.ts';

/**
 * - `disconnected`: the user has not connected this window.
 * - `connecting`: calls wait until the connection is made.
 * - `connected`: calls are signed in.
 * - `error`: calls fail or wait, because of the settings, an approval, the secret or a server. The status bar says why.
 */
export type MlflowConnectionState = 'disconnected' | 'connecting' | 'connected' | 'error';

/** What other extensions get (docs/api.md). Nothing in it is secret, and nothing of it changes the connection. */
export interface MlflowConnection {
  /** Of this extension. */
  readonly version: string;
  readonly state: MlflowConnectionState;
  /** The address on this machine that Python in this window finds as `MLFLOW_TRACKING_URI`. */
  readonly trackingUri: string | undefined;
  /** Fires when `state` or `trackingUri` has changed. */
  readonly onDidChangeState: vscode.Event<MlflowConnectionState>;
}

type Shown = Pick<MlflowConnection, 'state' | 'trackingUri'>;

/** The connection as other extensions see it. */
export class PublicConnection {
  readonly exports: MlflowConnection;
  readonly #changed: Pick<vscode.EventEmitter<MlflowConnectionState>, 'event' | 'fire'>;
  #shown: Shown = { state: 'disconnected', trackingUri: undefined };

  constructor(version: string, changed: Pick<vscode.EventEmitter<MlflowConnectionState>, 'event' | 'fire'>) {
    this.#changed = changed;
    const shown = (): Shown => this.#shown;
    this.exports = Object.freeze({
      version,
      get state() {
        return shown().state;
      },
      get trackingUri() {
        return shown().trackingUri;
      },
      // The editor's own function is not ours to freeze.
      onDidChangeState: Object.freeze<vscode.Event<MlflowConnectionState>>(
        (listener, thisArgs, disposables) => changed.event(listener, thisArgs, disposables),
      ),
    });
  }

  /** `variables`: what Python in this window finds. */
  update(state: ConnectionState, variables: readonly EnvironmentChange[] | undefined): void {
    const before = this.#shown;
    const trackingUri = variables?.find(({ name }) => name === 'MLFLOW_TRACKING_URI')?.value;
    this.#shown = { state: publicState(state), trackingUri };
    if (before.state === this.#shown.state && before.trackingUri === trackingUri) return;
    this.#changed.fire(this.#shown.state);
  }
}

function publicState({ kind }: ConnectionState): MlflowConnectionState {
  switch (kind) {
    case 'disconnected':
    case 'restricted':
      return 'disconnected';
    case 'connecting':
      return 'connecting';
    case 'connected':
    case 'degraded':
      return 'connected';
    case 'needsConfiguration':
    case 'needsApproval':
    case 'rejected':
    case 'unavailable':
    case 'failed':
      return 'error';
  }
}
