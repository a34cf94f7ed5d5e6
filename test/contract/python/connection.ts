import { startProxyWorker } from '../../../src/connection/proxy-worker.ts';
import type { CredentialState, FromWorker, Upstream } from '../../../src/proxy/messages.ts';

export interface Credential {
  readonly user: string;
  readonly password: string;
}

/** The real proxy worker with a secret store that a test can change. */
export class Connection {
  readonly sessionToken = 'canary-session-0123456789abcdef0123456789abcdef';
  /** What the store holds now; the worker learns it when it asks. */
  stored: Credential;
  /** How often the worker reported that the tracking server rejected the credential. */
  rejected = 0;
  readonly #worker: ReturnType<typeof startProxyWorker>;
  #listening: ((port: number) => void) | undefined;
  #served: { readonly value: string; readonly version: number } | undefined;
  #port = 0;

  private constructor(stored: Credential) {
    this.stored = stored;
    this.#worker = startProxyWorker(new URL('../../../src/proxy/worker.ts', import.meta.url).pathname, {
      onMessage: (message) => this.#receive(message),
      onExit: (reason) => {
        throw new Error(`the proxy's worker ended: ${reason}`);
      },
    });
  }

  static async open(upstream: Upstream, stored: Credential): Promise<Connection> {
    const connection = new Connection(stored);
    const { promise, resolve } = Promise.withResolvers<number>();
    connection.#listening = resolve;
    connection.setUpstream(upstream);
    connection.refresh();
    connection.#worker.post({ type: 'listen', port: 0, sessionToken: connection.sessionToken });
    connection.#port = await promise;
    return connection;
  }

  get localOrigin(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  setUpstream(upstream: Upstream): void {
    this.#worker.post({ type: 'upstream', upstream });
  }

  /** What the store holds now becomes the credential. */
  refresh(): void {
    const { user, password } = this.stored;
    const value = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
    if (value !== this.#served?.value) this.#served = { value, version: (this.#served?.version ?? 0) + 1 };
    const hour = Date.now() + 3_600_000;
    const credential: CredentialState = {
      kind: 'ready',
      headerName: 'Authorization',
      headerValue: value,
      version: this.#served.version,
      refreshAt: hour,
      expiresAt: hour,
    };
    this.#worker.post({ type: 'credential', credential });
  }

  async close(): Promise<void> {
    await this.#worker.close();
  }

  #receive(message: FromWorker): void {
    if (message.type === 'listening') this.#listening?.(message.port);
    if (message.type === 'credentialNeeded') {
      if (message.reason === 'rejected') this.rejected += 1;
      this.refresh();
    }
  }
}
