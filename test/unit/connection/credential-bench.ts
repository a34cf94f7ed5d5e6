import { appendFile } from 'node:fs/promises';
import { CredentialFeed } from '../../../src/connection/credential-feed.ts';
import { Problem } from '../../../src/problem.ts';
import type { ProblemCode, ProblemRetry } from '../../../src/problem.ts';
import { CredentialGate } from '../../../src/proxy/credential-gate.ts';
import type { GateOutcome } from '../../../src/proxy/credential-gate.ts';
import { credentialTimeout } from '../../../src/proxy/responses.ts';
import type { CredentialState } from '../../../src/proxy/messages.ts';
import { Secret } from '../../../src/secret.ts';
import type { RecordStorage } from '../../../src/secrets/record-queue.ts';
import { CachingResolver } from '../../../src/secrets/resolver.ts';
import { ManualClock, settle } from '../../support/manual-clock.ts';
import { sourceOf } from '../secrets/source-of.ts';

export function problemWith(code: ProblemCode, retry: ProblemRetry = 'afterFix'): Problem {
  return new Problem({ code, message: 'It failed.', remedy: 'Mend it.', retry });
}

export const graceMs = 600_000;

/** A scripted secret store, and everything between it and a request that waits for its credential. */
export class CredentialBench {
  readonly clock = new ManualClock();
  readonly posted: CredentialState[] = [];
  readonly log: string[] = [];
  failures = 0;
  fetches = 0;
  attendedFetches = 0;
  /** What the store answers. */
  outcome: string | Problem | Promise<string> = 'canary-1';
  /** A store that needs a person fails without one. */
  unattendedOutcome: Problem | undefined;
  readonly #gate: CredentialGate;
  readonly feed: CredentialFeed;

  constructor(signInFiles: readonly string[] = [], storage?: RecordStorage) {
    let version = 0;
    const { clock } = this;
    const resolver = new CachingResolver({
      source: sourceOf(async (_signal, options) => {
        this.fetches += 1;
        if (options?.isAttended === true) this.attendedFetches += 1;
        else if (this.unattendedOutcome) throw this.unattendedOutcome;
        const outcome = await this.outcome;
        if (outcome instanceof Problem) throw outcome;
        return { text: new Secret(outcome), version: undefined, expiresAt: undefined };
      }),
      header: (text) => text,
      storage,
      ttlMs: 300_000,
      maxStaleMs: 0,
      deadlineMs: 20_000,
      ...{ clock, random: () => 0 },
      nextVersion: () => (version += 1),
      log: (line) => this.log.push(line),
    });
    this.#gate = new CredentialGate({
      post: (need) => this.feed.credentialNeeded(need),
      now: () => clock.now(),
      credentialTimeoutMs: 50_000,
      rejectionTimeoutMs: 50_000,
      ...{ confirmedForMs: 10_000, suspectedForMs: 60_000 },
    });
    this.feed = new CredentialFeed({
      ...{ headerName: 'Authorization', resolver, clock, graceMs, signInFiles },
      mayBeRunning: false,
      target: {
        post: (credential) => {
          this.posted.push(credential);
          this.#gate.set(credential);
        },
        served: () => undefined,
        failed: () => {
          this.failures += 1;
        },
      },
    });
  }

  get isReady(): boolean {
    return this.posted.at(-1)?.kind === 'ready';
  }

  /** What a request gets: `ready`, or the status of the response in its place. */
  async request(): Promise<'ready' | number> {
    const { promise, resolve } = Promise.withResolvers<GateOutcome>();
    this.#gate.wait(resolve);
    const outcome = await promise;
    await settle();
    switch (outcome.kind) {
      case 'ready':
        return 'ready';
      case 'unavailable':
        return outcome.response.status;
      case 'late':
        return credentialTimeout().status;
    }
  }

  /** Lets files and clocks go on until there is a credential; `file` is written to until somebody has seen it. */
  async untilReady(file?: string): Promise<void> {
    while (!this.isReady) {
      if (file !== undefined) await appendFile(file, ' ');
      await new Promise((resolve) => setImmediate(resolve));
      await this.clock.advance(500);
    }
  }
}
