import { problemResponse } from '../../../src/connection/unavailable-responses.ts';
import type { Problem } from '../../../src/problem.ts';
import type { Upstream } from '../../../src/proxy/messages.ts';
import { credential, sessionToken, TestProxy } from '../proxy/test-proxy.ts';

export interface Credential {
  readonly user: string;
  readonly password: string;
}

/** The real proxy with a secret store that a test can change. */
export class Connection {
  readonly sessionToken = sessionToken;
  /** What the store holds now; the proxy gets it when it asks. */
  stored: Credential;
  /** How often the proxy reported that the tracking server rejected the credential. */
  rejected = 0;
  readonly #proxy: TestProxy;
  #version = 1;
  #served: string;

  private constructor(proxy: TestProxy, stored: Credential) {
    this.#proxy = proxy;
    this.stored = stored;
    this.#served = headerOf(stored);
    proxy.onCredentialNeeded = ({ reason }) => {
      if (reason === 'rejected') this.rejected += 1;
      this.refresh();
    };
  }

  static async open(upstream: Upstream, stored: Credential): Promise<Connection> {
    const first = credential(1, { headerValue: headerOf(stored) });
    return new Connection(await TestProxy.start({ ...upstream, credential: first }), stored);
  }

  get localOrigin(): string {
    return this.#proxy.origin;
  }

  /** There is no credential, as after a sign-in that has expired; with the next request, the store is asked again. */
  withhold(problem: Problem): void {
    const response = problemResponse(problem, { isWorthWaiting: false });
    this.#proxy.setCredential({ kind: 'unavailable', response, askAgainAfterMs: 0 });
  }

  /** What the store holds now becomes the credential. */
  refresh(): void {
    const headerValue = headerOf(this.stored);
    if (headerValue !== this.#served) this.#version += 1;
    this.#served = headerValue;
    this.#proxy.setCredential(credential(this.#version, { headerValue }));
  }

  async close(): Promise<void> {
    await this.#proxy.dispose();
  }
}

function headerOf({ user, password }: Credential): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}
