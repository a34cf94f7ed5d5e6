import { openFeed } from '../connection/credential-feed.ts';
import type { CredentialFeed } from '../connection/credential-feed.ts';
import { problemResponse } from '../connection/unavailable-responses.ts';
import { ExpiryTimer } from '../expiry.ts';
import { asProblem, inOneText } from '../problem.ts';
import type { Problem } from '../problem.ts';
import { bootstrapScope, providerOf } from '../providers/providers.ts';
import { unattended } from '../providers/source.ts';
import type { Clock } from '../providers/source.ts';
import type { KeptState } from '../proxy/control/control-messages.ts';
import type { CredentialState, FromWorker } from '../proxy/messages.ts';
import type { Alone, AloneLink } from '../proxy/process/alone.ts';
import { openResolver } from '../secrets/open-resolver.ts';
import { namingCures, withCure } from './cure.ts';
import { makeKeptState } from './keep-plan.ts';
import type { HeldPlan } from './keep-plan.ts';
import { sourceContext } from './source-context.ts';
import { enterSurroundings } from './surroundings.ts';

type CredentialNeeded = Extract<FromWorker, { type: 'credentialNeeded' }>;

/**
 * A window that is loaded again is back by then. From here on a sign-in has to be this process's own, so that its token
 * is renewed while no request comes.
 */
const settledMs = 60_000;
/** Before what could not even be opened is tried again. */
const openAgainMs = 30_000;

/** Brings the proxy credentials while no window is there. */
export class AloneFeed implements Alone {
  readonly #plan: HeldPlan;
  readonly #link: AloneLink;
  readonly #clock: Clock;
  readonly #leave: () => void;
  /** When the secret is fetched again, whether or not a request comes by then. */
  readonly #next: ExpiryTimer;
  readonly #settled: ExpiryTimer;
  #hasFetched = false;
  /** Why it could not be opened. */
  #trouble: Problem | undefined;
  #isClosed = false;
  #feed: Promise<CredentialFeed | undefined>;

  constructor(plan: HeldPlan, link: AloneLink, clock: Clock) {
    this.#plan = plan;
    this.#link = link;
    this.#clock = clock;
    this.#next = new ExpiryTimer(clock);
    this.#settled = new ExpiryTimer(clock);
    const { extraCertificates } = plan.certificates;
    this.#leave = enterSurroundings({ ...plan.surroundings(), extraCertificates });
    plan.record.onChange(() => this.#recordChanged());
    this.#feed = this.#open();
    this.#settled.set(clock.now() + settledMs, () => void this.#settle());
  }

  credentialNeeded(need: CredentialNeeded): void {
    void this.#bring(need);
  }

  close(): KeptState {
    this.#isClosed = true;
    this.#next.clear();
    this.#settled.clear();
    void this.#end();
    return this.#state();
  }

  /** Never rejects: what could not be opened is tried again when it is needed. */
  async #open(): Promise<CredentialFeed | undefined> {
    try {
      const feed = await this.#openFeed();
      if (this.#isClosed) return feed;
      await feed.start(unattended);
      return feed;
    } catch (error) {
      this.#trouble = withCure(asProblem(error, 'secret.unexpected', 'automatic'));
      this.#link.log(inOneText(this.#trouble));
      return undefined;
    }
  }

  async #openFeed(): Promise<CredentialFeed> {
    const { configuration, record, homeFolder } = this.#plan;
    const { environment } = this.#plan.surroundings();
    const { source } = configuration;
    const opened = await openResolver(
      configuration,
      sourceContext(this.#plan, this.#clock, (line) => this.#link.log(line)),
      record,
    );
    const files = {
      signIn: () => providerOf(source).signInFiles(source, { environment, homeFolder }),
      certificates: () => [],
    };
    return openFeed(
      { configuration, resolver: namingCures(opened), mayBeRunning: true },
      { clock: this.#clock, files },
      {
        post: (credential) => this.#post(credential),
        served: () => undefined,
        // The resolver has logged why.
        failed: () => undefined,
      },
    );
  }

  async #bring(need: CredentialNeeded): Promise<void> {
    const feed = await this.#feed;
    if (this.#isClosed) return;
    if (feed !== undefined) {
      feed.credentialNeeded(need);
      return;
    }
    this.#feed = this.#open();
    // What is in use serves until its time is over.
    const isOpen = (await this.#feed) !== undefined;
    if (isOpen || this.#trouble === undefined || need.reason === 'refresh') return;
    const response = problemResponse(this.#trouble, { isWorthWaiting: true });
    this.#post({ kind: 'unavailable', response, askAgainAfterMs: openAgainMs });
  }

  async #settle(): Promise<void> {
    const feed = await this.#feed;
    if (feed === undefined || this.#isClosed || this.#hasFetched) return;
    await feed.refresh(unattended);
  }

  #post(credential: CredentialState): void {
    if (this.#isClosed) return;
    this.#link.post(credential);
    if (credential.kind !== 'ready') return;
    this.#next.set(credential.refreshAt, () =>
      this.credentialNeeded({ type: 'credentialNeeded', reason: 'refresh' }),
    );
  }

  /** Of what was fetched, or deleted because the store denies it. */
  #recordChanged(): void {
    if (this.#isClosed || this.#plan.record.current === undefined) return;
    this.#hasFetched = true;
    this.#link.refreshed();
  }

  #state(): KeptState {
    const { configuration, record, signIn, bootstrap } = this.#plan;
    const { source, tracking } = configuration;
    return makeKeptState({
      scope: bootstrapScope(source, tracking.origin),
      record: record.last,
      signIn: signIn.last,
      bootstrap: bootstrap.changed,
    });
  }

  async #end(): Promise<void> {
    try {
      // A sign-in that a window can use goes back to it; any other is given back to the store.
      await (await this.#feed)?.close({ revoke: false });
    } finally {
      this.#leave();
    }
  }
}
