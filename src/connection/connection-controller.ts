import * as l10n from '@vscode/l10n';
import { atMost } from '../deadline.ts';
import { asProblem } from '../problem.ts';
import type { Problem } from '../problem.ts';
import type { ConnectionConfiguration } from '../configuration/configuration.ts';
import { destinationOf } from '../configuration/destination.ts';
import { attended, unattended } from '../providers/source.ts';
import type { FetchOptions } from '../providers/source.ts';
import { abortable } from '../providers/transport/abortable.ts';
import type { ConnectionState } from './state.ts';
import { problemResponse, approvalResponse, configurationResponse } from './unavailable-responses.ts';
import { AfterClosing } from './after-closing.ts';
import { ConnectionStatus } from './connection-status.ts';
import { credentialName, disconnectMs, fingerprintOf, shutDownMs } from './dependencies.ts';
import type { ConnectionDependencies } from './dependencies.ts';
import { notedEnd } from './ending.ts';
import type { Ending, EndOptions } from './ending.ts';
import { openLocalEndpoint } from './local-endpoint.ts';
import type { LocalEndpoint } from './local-endpoint.ts';
import { LocalProxy } from './local-proxy.ts';
import { mayHaveMended, Recovery } from './recovery.ts';
import { awaiting, inTurn, opened, Steps, succeeds } from './steps.ts';
import { proxyEvents } from './proxy-events.ts';
import { SecretInUse } from './secret-in-use.ts';

/** One window's connection, from *Connect* to *Disconnect*. Its steps run one after the other. */
export class ConnectionController {
  readonly #dependencies: ConnectionDependencies;
  readonly #proxy: LocalProxy;
  readonly status: ConnectionStatus;
  readonly #recovery: Recovery;
  readonly #afterClosing: AfterClosing;
  #endpoint: LocalEndpoint | undefined;
  readonly #secret: SecretInUse;
  readonly #steps = new Steps((error) => this.#fail(asProblem(error, 'settings.unexpected', 'afterFix')));

  constructor(dependencies: ConnectionDependencies, changed: () => void) {
    this.#dependencies = dependencies;
    const { startProxyWorker, address, portRetry, log } = dependencies;
    const reopen = async (signal: AbortSignal): Promise<void> => this.#open(signal, unattended);
    this.#recovery = new Recovery(dependencies, async () => this.#steps.run(reopen));
    const stateChanged = (): void => {
      this.#recovery.stateChanged(this.state, { isMade: this.#secret.running !== undefined });
      changed();
    };
    this.status = new ConnectionStatus({ log, changed: stateChanged });
    const events = proxyEvents({
      ...{ dependencies, status: this.status, steps: this.#steps, running: () => this.#secret.running },
      failed: (problem) => this.#fail(problem),
      restored: async () => this.reconsider(),
      renewUpstream: async () => this.renewUpstream(),
      ended: async () => this.disconnect({ revoke: false }),
    });
    this.#proxy = new LocalProxy(startProxyWorker, address, events, portRetry);
    this.#afterClosing = new AfterClosing(dependencies, this.#proxy, this.status);
    this.#secret = new SecretInUse(dependencies, this.#proxy, this.status, this.#afterClosing);
  }

  get state(): ConnectionState {
    return this.status.state;
  }

  /** Connects where the workspace was connected before, and takes changed settings into account. */
  async reconsider(): Promise<void> {
    await this.#steps.run(async (signal) => {
      const { autoConnect, heldPort, kept } = this.#dependencies;
      if (autoConnect.get()) await this.#begin(signal, unattended);
      else if (this.state.kind === 'disconnected') await kept.end().then(async () => heldPort.hold());
    });
  }

  /** Run by hand, so everything is done again; once, whatever is noticed of settings that are written until `prepared`. */
  async connect(prepared: Promise<unknown> = Promise.resolve()): Promise<void> {
    const isPrepared = succeeds(prepared);
    await this.#steps.run(async (signal) => {
      if (!(await abortable(isPrepared, signal))) return;
      await this.#dependencies.autoConnect.set(true);
      await this.#open(signal, attended);
    });
    await prepared;
  }

  /** As `connect`, if this workspace connects at all. */
  async reconnect(): Promise<void> {
    if (this.#dependencies.autoConnect.get()) await this.connect();
  }

  /** With `revoke`, the port's session token is worth nothing from here on, whatever hangs, and a new one is made next time. */
  async disconnect({ revoke }: { readonly revoke: boolean }): Promise<Ending> {
    const { autoConnect, heldPort, sessionToken, log } = this.#dependencies;
    const revoked = revoke ? sessionToken.revoke() : Promise.resolve();
    const begun = awaiting(revoked, autoConnect.set(false));
    const end = notedEnd(revoke);
    const stopped = this.#stop(end.options, begun, async () => heldPort.hold({ isAnew: revoke }));
    const outcome = stopped.then(end.ended);
    this.status.forgetCounts();
    log('info', l10n.t('Disconnected.'));
    this.status.dispatch({ type: 'disconnected' });
    return (await atMost(outcome, disconnectMs)) ?? { kind: 'underWay', outcome };
  }

  /** The server may be reached in another way than before, as with another certificate: the credential stays. */
  async renewUpstream(): Promise<void> {
    await this.#steps.run(async (signal) => {
      await this.#secret.running?.renewUpstream(this.#proxy, this.#dependencies, signal);
    });
  }

  async refresh(): Promise<void> {
    await this.#secret.running?.refresh(attended);
  }

  /** Somebody came back to the window, and may have mended elsewhere what is wrong. */
  async lookAgain(): Promise<void> {
    if (this.#secret.running === undefined) this.#recovery.lookAgain(this.state);
    else await this.#secret.running.lookAgain();
  }

  async askWhetherAccepted(): Promise<void> {
    await this.#secret.running?.askWhetherAccepted();
  }

  /** What was entered is wrong: it is used no more, and Python learns why until somebody connects again. */
  async giveUp(problem: Problem): Promise<void> {
    await this.#steps.run(async () => {
      if (await this.#secret.giveUp(problem)) this.#fail(problem);
    });
  }

  /** A credential was forgotten in another window: ends the connection that uses it. */
  async forgotten(isOf: (configuration: ConnectionConfiguration) => boolean): Promise<void> {
    const uses = (): boolean => this.#secret.isOf(isOf);
    if (!uses()) await this.#steps.settled();
    if (uses()) await this.disconnect({ revoke: false });
  }

  /** The window closes: what is kept over a reload stays, as the local proxy does; a sign-in that is not is given back. */
  async shutDown(): Promise<void> {
    const release = async (): Promise<void> => this.#dependencies.heldPort.release();
    await atMost(this.#stop({ revoke: false }, release), shutDownMs);
  }

  /** Begins at once, whatever hangs. Never rejects: what fails is logged, and the connection has ended all the same. */
  async #stop(options: EndOptions, ...then: readonly (() => Promise<void>)[]): Promise<void> {
    this.#steps.interrupt();
    this.#recovery.close();
    this.#dependencies.environment.clear();
    const stopped = awaiting(this.#secret.stop(options), this.#proxy.stop(options));
    const failed = (error: unknown): void => {
      this.status.notEnded(error);
      options.undone?.('other');
    };
    const parts = [stopped, async () => this.#close(options), ...then];
    await this.#steps.run(async () => inTurn(...parts.map((part) => async () => part().catch(failed))));
  }

  /** Everything is done again, even where nothing has changed; nothing where the user has disconnected. */
  async #open(signal: AbortSignal, options: FetchOptions): Promise<void> {
    if (!this.#dependencies.autoConnect.get()) return;
    await this.#secret.stop({ revoke: false });
    await this.#begin(signal, options);
  }

  async #begin(signal: AbortSignal, options: FetchOptions): Promise<void> {
    const { isTrusted, readConfiguration, environment, log } = this.#dependencies;
    signal.throwIfAborted();
    if (!isTrusted()) {
      environment.clear();
      this.status.dispatch({ type: 'restricted' });
      await this.#close({ revoke: true }).catch((error: unknown) => this.status.notEnded(error));
      return;
    }
    const result = await abortable(readConfiguration(), signal);
    for (const notice of result.notices) log('info', notice);
    if (result.kind !== 'ready') await this.#secret.end();
    signal.throwIfAborted();
    switch (result.kind) {
      case 'incomplete':
        this.#proxy.setCredential({ kind: 'unavailable', response: configurationResponse() });
        this.status.dispatch({ type: 'incomplete', missing: result.missing, problems: result.problems });
        return;
      case 'invalid':
        this.#fail(result.problem);
        return;
      case 'ready':
        await this.#connectTo(result.configuration, signal, options);
    }
  }

  async #connectTo(
    configuration: ConnectionConfiguration,
    signal: AbortSignal,
    options: FetchOptions,
  ): Promise<void> {
    const { approvals, upstreamFor, openResolver, kept } = this.#dependencies;
    this.#recovery.attempt(configuration);
    this.#endpoint = await openLocalEndpoint(configuration, this.#proxy, this.#dependencies, signal);
    const destination = destinationOf(configuration);
    if (!approvals.isApproved(destination)) {
      await this.#secret.end();
      signal.throwIfAborted();
      this.#proxy.setUpstream(undefined);
      this.#proxy.setCredential({ kind: 'unavailable', response: approvalResponse() });
      const needed = { configuration, destination, approved: approvals.approved };
      this.status.dispatch({ type: 'approvalNeeded', ...needed });
      return;
    }
    await abortable(this.#afterClosing.takeOver(), signal);
    const parts = await abortable(import('./on-connect.ts'), signal);
    const upstream = await abortable(upstreamFor(configuration), signal);
    const fingerprint = fingerprintOf([configuration, upstream]);
    const givenUp = options.isAttended ? undefined : this.#secret.givenUp(configuration);
    if (givenUp !== undefined) {
      this.#fail(givenUp);
      return;
    }
    if (this.#secret.running?.fingerprint === fingerprint && !mayHaveMended(this.state)) {
      this.#secret.running.reschedule();
      this.#afterClosing.connectedTo(configuration);
      return;
    }
    await this.#secret.stop({ revoke: true });
    await abortable(kept.endOthers(configuration), signal);
    // Nobody is told of each attempt to make what could not be made.
    const isRetry = this.state.kind === 'failed' && !options.isAttended;
    if (!isRetry) this.status.connecting(configuration);
    this.#proxy.setCredential({ kind: 'pending', of: credentialName(configuration) });
    this.#proxy.setUpstream(upstream);
    const resolver = await opened(openResolver(configuration), signal);
    if (isRetry) this.status.connecting(configuration);
    const { mayBeRunning } = this.#recovery;
    const made = { fingerprint, configuration, resolver, access: () => this.#endpoint, mayBeRunning };
    await abortable(this.#secret.start(parts, made, options), signal);
  }

  async #close(options: EndOptions): Promise<void> {
    const stopProxy = async (): Promise<void> => {
      this.#proxy.setCredential({ kind: 'pending' });
      await this.#proxy.stop(options);
    };
    const endKept = async (): Promise<void> => (options.revoke ? this.#secret.endKept(options) : undefined);
    await inTurn(async () => this.#secret.stop(options), stopProxy, endKept);
  }

  #fail(problem: Problem): void {
    const response = problemResponse(problem, { isWorthWaiting: false });
    this.#proxy.setCredential({ kind: 'unavailable', response });
    this.status.couldNotConnect(problem);
  }
}
