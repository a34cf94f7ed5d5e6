import { prepareAlone } from '../../../src/alone/alone.ts';
import { makePlan, readKeptState } from '../../../src/alone/keep-plan.ts';
import type { KeptParts, PlanParts } from '../../../src/alone/keep-plan.ts';
import type { SourceConfiguration } from '../../../src/providers/provider.ts';
import type { Clock } from '../../../src/providers/source.ts';
import type { KeepPlan } from '../../../src/proxy/control/control-messages.ts';
import type { CredentialState } from '../../../src/proxy/messages.ts';
import type { Alone, PreparedAlone } from '../../../src/proxy/process/alone.ts';
import { Changes } from '../../support/changes.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { until } from '../../support/until.ts';
import { storedConfiguration } from '../../unit/configuration/stored-configuration.ts';

type Ready = Extract<CredentialState, { kind: 'ready' }>;
type Unavailable = Extract<CredentialState, { kind: 'unavailable' }>;

/** Of five minutes, and ten of grace where the store fails. */
export const times = { ttlMs: 300_000, maxStaleMs: 600_000 };

/** Only what is lent has it. */
const marker = 'LONE_PROCESS';

export interface LoneOptions extends Partial<Omit<PlanParts, 'configuration'>> {
  readonly source: SourceConfiguration;
  readonly clock?: Clock;
  readonly signInGraceMinutes?: number;
}

/** What the proxy's process does without a window, as far as the proxy can tell. */
export class LoneProcess {
  readonly posts: CredentialState[] = [];
  readonly lines: string[] = [];
  refreshes = 0;
  readonly #prepared: PreparedAlone;
  readonly #changes = new Changes();
  #alone: Alone | undefined;

  private constructor(prepared: PreparedAlone) {
    this.#prepared = prepared;
  }

  static async prepare(options: LoneOptions): Promise<LoneProcess> {
    const { clock = new ManualClock(Date.now()), ...handed } = options;
    // As the control channel carries it.
    const plan = JSON.parse(JSON.stringify(planOf(handed))) as KeepPlan;
    return new LoneProcess(await prepareAlone(plan, clock));
  }

  /** The last window leaves. */
  static async start(options: LoneOptions): Promise<LoneProcess> {
    const lone = await LoneProcess.prepare(options);
    lone.leave();
    return lone;
  }

  leave(): void {
    this.#alone = this.#prepared.start({
      post: (credential) => {
        this.posts.push(credential);
        this.#changes.notify();
      },
      refreshed: () => (this.refreshes += 1),
      log: (line) => this.lines.push(line),
    });
  }

  /** A window attaches: what it is given. */
  attach(): KeptParts {
    const state = this.#alone?.close();
    this.#alone = undefined;
    const parts = state && readKeptState(state);
    if (parts === undefined) throw new Error('nothing was given');
    return parts;
  }

  /** Whether all that the process lent to the secret source is its own again. */
  get isEnded(): boolean {
    return process.env[marker] === undefined;
  }

  /** For a test's end, also where it failed. */
  end(): void {
    this.#alone?.close();
    this.#alone = undefined;
  }

  /** As the proxy does when the tracking server rejects what was posted last. */
  reject(): void {
    const { version } = this.#last('ready') ?? { version: 0 };
    this.#alone?.credentialNeeded({
      type: 'credentialNeeded',
      reason: 'rejected',
      version,
      wasAccepted: true,
    });
  }

  need(reason: 'missing' | 'expired' | 'refresh'): void {
    this.#alone?.credentialNeeded({ type: 'credentialNeeded', reason });
  }

  /** The first of them that is posted from now on, or after `count` posts. */
  async next(count = this.posts.length): Promise<CredentialState> {
    return this.#changes.until(
      () => this.posts[count],
      () => this.describe(),
    );
  }

  /** Until that is what is in use. */
  async using(headerValue: string): Promise<Ready> {
    return this.#changes.until(
      () => {
        const last = this.posts.at(-1);
        return last?.kind === 'ready' && last.headerValue === headerValue ? last : undefined;
      },
      () => `${headerValue} after ${this.describe()}`,
    );
  }

  async unavailable(status: number): Promise<Unavailable> {
    return this.#changes.until(
      () => {
        const last = this.posts.at(-1);
        return last?.kind === 'unavailable' && last.response.status === status ? last : undefined;
      },
      () => `${status} after ${this.describe()}`,
    );
  }

  /** With a secret that can no longer be fetched: what is said once it is too old, until when it serves. */
  async unavailableWhenStale(clock: ManualClock, headerValue: string): Promise<Unavailable> {
    await this.using(headerValue);
    const posted = this.next();
    await clock.advance(times.ttlMs * 0.67);
    await posted;
    await this.using(headerValue);
    await clock.advance(times.ttlMs * 0.34 + times.maxStaleMs);
    this.need('expired');
    return this.unavailable(424);
  }

  describe(): string {
    return `${JSON.stringify(this.posts)}\n${this.lines.join('\n')}`;
  }

  #last<K extends CredentialState['kind']>(kind: K): Extract<CredentialState, { kind: K }> | undefined {
    return this.posts.findLast((post): post is Extract<CredentialState, { kind: K }> => post.kind === kind);
  }
}

/** What a window would hand over. */
export function planOf({
  source,
  signInGraceMinutes = 0,
  ttlMs = times.ttlMs,
  maxStaleMs = times.maxStaleMs,
  ...parts
}: Omit<LoneOptions, 'clock'> & Partial<typeof times>): KeepPlan {
  const cache = { ttlSeconds: ttlMs / 1000, maxStaleSeconds: maxStaleMs / 1000 };
  return makePlan({
    configuration: {
      ...storedConfiguration,
      ...{ source, signInGraceMinutes },
      cache: { ...cache, keep: 'memory' },
    },
    homeFolder: '/nonexistent',
    certificates: { extraCertificates: [], userCertificates: [] },
    httpProxy: { proxy: '', noProxy: [], isOff: false, environment: {} },
    environment: { ...process.env, [marker]: 'true' },
    bootstrap: {},
    record: undefined,
    signIn: undefined,
    ...parts,
  });
}

/** Called in a `describe`: processes that end with each test. */
export function loneProcesses(): {
  readonly start: (options: LoneOptions) => Promise<LoneProcess>;
  readonly prepare: (options: LoneOptions) => Promise<LoneProcess>;
} {
  const started: LoneProcess[] = [];
  afterEach(async () => {
    const all = started.splice(0);
    for (const one of all) one.end();
    // The environment, which all of them share, is that of the test again.
    await until(
      () => all.every(({ isEnded }) => isEnded),
      () => all.map((one) => one.describe()).join('\n'),
    );
  });
  const noted = (one: LoneProcess): LoneProcess => {
    started.push(one);
    return one;
  };
  return {
    start: async (options) => noted(await LoneProcess.start(options)),
    prepare: async (options) => noted(await LoneProcess.prepare(options)),
  };
}
