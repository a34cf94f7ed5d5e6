import { setTimeout as sleep } from 'node:timers/promises';
import * as l10n from '@vscode/l10n';
import { asProblem, inOneText } from '../problem.ts';
import type { Problem } from '../problem.ts';
import type { ProxyStatistics } from '../proxy/messages.ts';
import type { ConnectionConfiguration } from '../configuration/configuration.ts';
import { destinationOf } from '../configuration/destination.ts';
import { providerOf } from '../providers/providers.ts';
import type { ConnectionState } from './state.ts';
import { problemResponse, approvalResponse, configurationResponse } from './unavailable-responses.ts';
import { ConnectionStatus } from './connection-status.ts';
import { CredentialFeed } from './credential-feed.ts';
import { shutDownMs } from './dependencies.ts';
import type { ConnectionDependencies, Running } from './dependencies.ts';
import { openLocalEndpoint } from './local-endpoint.ts';
import { LocalProxy } from './local-proxy.ts';
import type { LocalProxyEvents } from './local-proxy.ts';

/** One window's connection, from *Connect* to *Disconnect*. Its steps run one after the other. */
export class ConnectionController {
  readonly #dependencies: ConnectionDependencies;
  readonly #proxy: LocalProxy;
  readonly #status: ConnectionStatus;
  #running: Running | undefined;
  #queue: Promise<void> = Promise.resolve();

  constructor(dependencies: ConnectionDependencies, changed: () => void) {
    this.#dependencies = dependencies;
    const { startProxyWorker, address, portRetry, log } = dependencies;
    this.#status = new ConnectionStatus({ log, changed });
    this.#proxy = new LocalProxy(startProxyWorker, address, this.#proxyEvents(), portRetry);
  }

  get state(): ConnectionState {
    return this.#status.state;
  }

  get statistics(): ProxyStatistics | undefined {
    return this.#status.statistics;
  }

  get lastDenial(): string | undefined {
    return this.#status.lastDenial;
  }

  /** Connects where the workspace was connected before, and takes changed settings into account. */
  async reconsider(): Promise<void> {
    await this.#enqueue(async () => {
      if (this.#dependencies.autoConnect.get()) await this.#begin();
      else if (this.state.kind === 'disconnected') await this.#dependencies.kept.end();
    });
  }

  /** Run by hand, so everything is done again, even where nothing has changed. */
  async connect(): Promise<void> {
    await this.#dependencies.autoConnect.set(true);
    await this.#enqueue(async () => {
      await this.#stopSecret({ revoke: false });
      await this.#begin();
    });
  }

  /** As `connect`, if this workspace connects at all. */
  async reconnect(): Promise<void> {
    if (this.#dependencies.autoConnect.get()) await this.connect();
  }

  /** With `revoke`, the port's session token is worth nothing afterwards, and a new one is made next time. */
  async disconnect(options: { readonly revoke: boolean }): Promise<void> {
    await this.#dependencies.autoConnect.set(false);
    // At once, so that a sign-in which is under way ends instead of being waited for.
    const stopped = this.#stopSecret({ revoke: true });
    await this.#enqueue(async () => {
      await stopped;
      await this.#close({ revoke: true });
      if (options.revoke) await this.#dependencies.sessionToken.revoke();
      this.#status.forgetCounts();
      this.#dependencies.log('info', l10n.t('Disconnected.'));
      this.#status.dispatch({ type: 'disconnected' });
    });
  }

  async refresh(): Promise<void> {
    await this.#running?.feed.refresh();
  }

  /** A credential was forgotten in another window: ends the connection that uses it. */
  async forgotten(isOf: (configuration: ConnectionConfiguration) => boolean): Promise<void> {
    const uses = (): boolean => this.#running !== undefined && isOf(this.#running.configuration);
    if (!uses()) await this.#queue;
    if (uses()) await this.disconnect({ revoke: false });
  }

  /** The window closes: what is kept over a reload stays, and a sign-in that is not is given back. */
  async shutDown(): Promise<void> {
    this.#dependencies.environment.clear();
    const stopped = this.#stopSecret({ revoke: false });
    const closed = this.#enqueue(async () => {
      await stopped;
      await this.#close({ revoke: false });
    });
    await Promise.race([closed, sleep(shutDownMs, undefined, { ref: false })]);
  }

  #proxyEvents(): LocalProxyEvents {
    const { log, environment, sessionToken } = this.#dependencies;
    return {
      onCredentialNeeded: (need) => this.#running?.feed.credentialNeeded(need),
      onStatistics: (statistics) => this.#status.counted(statistics),
      onDenied: (reason, count, detail) => this.#status.denied(reason, count, detail),
      onUpstream: (message) => {
        if (message === undefined) log('info', l10n.t('The tracking server is responding.'));
        else log('warn', message);
        this.#status.dispatch({ type: 'upstream', message });
      },
      onLost: (problem) =>
        void this.#enqueue(async () => {
          environment.clear();
          await sessionToken.revoke();
          this.#fail(problem, undefined);
        }),
      onInterrupted: () => environment.clear(),
      onRestored: () => void this.reconsider(),
    };
  }

  async #enqueue(step: () => Promise<void>): Promise<void> {
    const run = this.#queue.then(step);
    this.#queue = run.catch((error: unknown) =>
      this.#fail(asProblem(error, 'settings.unexpected', 'afterFix'), undefined),
    );
    await this.#queue;
  }

  async #begin(): Promise<void> {
    const { isTrusted, readConfiguration, log } = this.#dependencies;
    if (!isTrusted()) {
      await this.#close({ revoke: true });
      this.#status.dispatch({ type: 'restricted' });
      return;
    }
    const result = await readConfiguration();
    for (const notice of result.notices) log('info', notice);
    if (result.kind !== 'ready') await this.#endSecret();
    switch (result.kind) {
      case 'incomplete':
        this.#proxy.setCredential({ kind: 'unavailable', response: configurationResponse() });
        this.#status.dispatch({ type: 'incomplete', missing: result.missing, problems: result.problems });
        return;
      case 'invalid':
        this.#fail(result.problem, undefined);
        return;
      case 'ready':
        await this.#connectTo(result.configuration);
    }
  }

  async #connectTo(configuration: ConnectionConfiguration): Promise<void> {
    const { approvals, upstreamFor, openResolver, kept, log } = this.#dependencies;
    await openLocalEndpoint(configuration, this.#proxy, this.#dependencies);
    const destination = destinationOf(configuration);
    if (!approvals.isApproved(destination)) {
      await this.#endSecret();
      this.#proxy.setUpstream(undefined);
      this.#proxy.setCredential({ kind: 'unavailable', response: approvalResponse() });
      const { approved } = approvals;
      this.#status.dispatch({ type: 'approvalNeeded', configuration, destination, approved });
      return;
    }
    const upstream = await upstreamFor(configuration);
    const fingerprint = JSON.stringify([configuration, upstream]);
    if (this.#running?.fingerprint === fingerprint && this.state.kind !== 'failed') return;
    await this.#stopSecret({ revoke: true });
    await kept.endOthers(configuration);
    this.#status.dispatch({ type: 'connecting', configuration });
    this.#proxy.setCredential({ kind: 'pending' });
    this.#proxy.setUpstream(upstream);
    const { origin, basePath } = configuration.tracking;
    log(
      'info',
      l10n.t(
        'Connecting to {0} with a credential from {1}.',
        origin + basePath,
        providerOf(configuration.source).name(),
      ),
    );
    const resolver = await openResolver(configuration);
    const feed = new CredentialFeed(configuration.headerName, resolver, {
      post: (credential) => this.#proxy.setCredential(credential),
      served: (secret, problem) => this.#status.dispatch({ type: 'secretServed', secret, problem }),
      failed: (problem) => this.#showFailure(problem, configuration),
    });
    this.#running = { fingerprint, configuration, feed };
    await feed.start();
  }

  async #stopSecret(options: { readonly revoke: boolean }): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    await running?.feed.close(options);
  }

  /** Nothing of the secret stays, whether or not this window ever connected. */
  async #endSecret(): Promise<void> {
    await this.#stopSecret({ revoke: true });
    await this.#dependencies.kept.end();
  }

  async #close(options: { readonly revoke: boolean }): Promise<void> {
    this.#dependencies.environment.clear();
    await this.#stopSecret(options);
    this.#proxy.setCredential({ kind: 'pending' });
    await this.#proxy.close();
    if (options.revoke) await this.#dependencies.kept.end();
  }

  #fail(problem: Problem, configuration: ConnectionConfiguration | undefined): void {
    this.#dependencies.log('error', inOneText(problem));
    this.#showFailure(problem, configuration);
  }

  #showFailure(problem: Problem, configuration: ConnectionConfiguration | undefined): void {
    this.#proxy.setCredential({ kind: 'unavailable', response: problemResponse(problem) });
    this.#status.dispatch({ type: 'failed', configuration, problem });
  }
}
