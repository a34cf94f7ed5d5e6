import type { ReadyCredential } from '../credential-gate.ts';
import type { ProxyResponse } from '../messages.ts';
import { connectingTimeout, credentialTimeout, noUpstream } from '../responses.ts';
import type { UpstreamConnection } from '../upstream/connection.ts';
import type { UpstreamPool } from '../upstream/pool.ts';
import type { ExchangeContext } from './exchange-client.ts';

/** What a request is sent with. */
export interface Prepared {
  readonly pool: UpstreamPool;
  readonly upstream: UpstreamConnection;
  readonly credential: ReadyCredential | undefined;
  /** When the credential was at hand, in wall-clock milliseconds. */
  readonly startedAt: number;
}

interface Needs {
  /** It needs no credential. A probe that fails is not asked again: it must not meet a server that is closing an idle connection. */
  readonly isProbe: boolean;
  /** It must not meet another one. */
  readonly isNew: boolean;
}

/** Waits for what a request needs that cannot be sent at once: a credential, and a connection. */
export class Preparation {
  readonly #context: Pick<ExchangeContext, 'gate' | 'pool'>;
  readonly #needs: Needs;
  readonly #done: (result: Prepared | { readonly response: ProxyResponse }) => void;
  #cancelWait: (() => void) | undefined;

  /** `done` is called once, perhaps before `start` returns, unless this is cancelled before. */
  constructor(
    context: Pick<ExchangeContext, 'gate' | 'pool'>,
    needs: Needs,
    done: (result: Prepared | { readonly response: ProxyResponse }) => void,
  ) {
    this.#context = context;
    this.#needs = needs;
    this.#done = done;
  }

  start(): void {
    const { gate } = this.#context;
    const now = Date.now();
    const credential = gate.current(now);
    if (credential !== undefined || this.#needs.isProbe) {
      this.#connect(credential, now);
      return;
    }
    const cancel = gate.wait((outcome) => {
      switch (outcome.kind) {
        case 'ready':
          this.#connect(outcome.credential, Date.now());
          return;
        case 'unavailable':
          this.#done(outcome);
          return;
        case 'late':
          // The tracking server is known before its credential is asked for.
          this.#done({
            response: this.#context.pool === undefined ? connectingTimeout() : credentialTimeout(),
          });
      }
    });
    if (cancel !== undefined) this.#cancelWait = cancel;
  }

  cancel(): void {
    this.#cancelWait?.();
  }

  #connect(credential: ReadyCredential | undefined, startedAt: number): void {
    const { pool } = this.#context;
    if (pool === undefined) {
      this.#done({ response: noUpstream() });
      return;
    }
    const { isNew, isProbe } = this.#needs;
    const idle = isNew || isProbe ? undefined : pool.take(startedAt);
    if (idle !== undefined) {
      this.#done({ pool, upstream: idle, credential, startedAt });
      return;
    }
    this.#cancelWait = pool.connect((result) => {
      this.#done('response' in result ? result : { pool, upstream: result, credential, startedAt });
    });
  }
}
