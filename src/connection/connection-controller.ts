import { asProblem } from '../problem.ts';
import type { Problem } from '../problem.ts';
import type { ProxyStatistics, DenialReason, Upstream } from '../proxy/messages.ts';
import type { Approvals } from './approvals.ts';
import type { ConnectionConfiguration } from '../configuration/configuration.ts';
import { destinationOf } from '../configuration/destination.ts';
import type { ConfigurationResult } from '../configuration/read-configuration.ts';
import { reduce } from './state.ts';
import type { ConnectionEvent, ConnectionState } from './state.ts';
import { problemResponse, approvalResponse, configurationResponse } from './unavailable-responses.ts';
import { CredentialFeed } from './credential-feed.ts';
import type { SecretResolver } from './credential-feed.ts';
import type { LocalAddress } from './local-address.ts';
import { LocalProxy } from './local-proxy.ts';
import type { LocalProxyEvents, PortRetry, StartProxyWorker } from './local-proxy.ts';

/** What Python is told; `python/environment.ts` makes variables of it. */
export interface LocalEndpoint {
  readonly port: number;
  readonly sessionToken: string;
  readonly configuration: ConnectionConfiguration;
}

/** What the life needs of its surroundings. */
export interface ConnectionDependencies {
  readonly isTrusted: () => boolean;
  readonly read: () => Promise<ConfigurationResult>;
  readonly approvals: Approvals;
  readonly address: LocalAddress;
  readonly startProxyWorker: StartProxyWorker;
  readonly portRetry: PortRetry;
  readonly sessionToken: { get(): Promise<string>; revoke(): Promise<void> };
  readonly upstreamFor: (configuration: ConnectionConfiguration) => Promise<Upstream>;
  readonly openSecret: (configuration: ConnectionConfiguration) => Promise<SecretResolver>;
  readonly environment: { apply(endpoint: LocalEndpoint): void; clear(): void };
  /** Whether this workspace is meant to be connected; kept over reloads. */
  readonly autoConnect: { get(): boolean; set(wanted: boolean): Promise<void> };
  readonly log: (level: 'info' | 'warn' | 'error', line: string) => void;
}

interface Running {
  /** The configuration and the way to the server, to tell whether a change of settings means anything. */
  readonly fingerprint: string;
  readonly feed: CredentialFeed;
}

/** One window's connection, from *Connect* to *Disconnect*. Its steps run one after the other. */
export class ConnectionController {
  readonly #dependencies: ConnectionDependencies;
  readonly #proxy: LocalProxy;
  readonly #changed: () => void;
  #state: ConnectionState = { kind: 'disconnected' };
  #statistics: ProxyStatistics | undefined;
  #lastDenial: { readonly reason: DenialReason; readonly line: string } | undefined;
  #running: Running | undefined;
  #queue: Promise<void> = Promise.resolve();

  constructor(dependencies: ConnectionDependencies, changed: () => void) {
    this.#dependencies = dependencies;
    this.#changed = changed;
    const events: LocalProxyEvents = {
      onCredentialNeeded: (wanted) => this.#running?.feed.credentialNeeded(wanted),
      onStatistics: (statistics) => {
        this.#statistics = statistics;
        this.#changed();
      },
      onDenied: (reason, count, detail) => this.#denied(reason, count, detail),
      onUpstream: (message) => {
        this.#dependencies.log(
          message === undefined ? 'info' : 'warn',
          message ?? 'The tracking server answers.',
        );
        this.#dispatch({ type: 'upstream', message });
      },
      onLost: (problem) => this.#fail(problem, undefined),
    };
    this.#proxy = new LocalProxy(
      dependencies.startProxyWorker,
      dependencies.address,
      events,
      dependencies.portRetry,
    );
  }

  get state(): ConnectionState {
    return this.#state;
  }

  get statistics(): ProxyStatistics | undefined {
    return this.#statistics;
  }

  get lastDenial(): string | undefined {
    return this.#lastDenial?.line;
  }

  /** Connects again where the workspace was connected before. */
  async resume(): Promise<void> {
    if (this.#dependencies.autoConnect.get()) await this.#enqueue(async () => this.#begin());
  }

  async connect(): Promise<void> {
    await this.#dependencies.autoConnect.set(true);
    await this.#enqueue(async () => {
      // Asked for by hand, so everything is done anew.
      await this.#stopSecret({ revoke: false });
      await this.#begin();
    });
  }

  /** With `revoke`, the port's session token is worth nothing afterwards, and a new one is made next time. */
  async disconnect(options: { readonly revoke: boolean }): Promise<void> {
    await this.#dependencies.autoConnect.set(false);
    // At once, so that a sign-in which is under way ends instead of being waited for.
    const stopped = this.#stopSecret({ revoke: true });
    await this.#enqueue(async () => {
      this.#dependencies.environment.clear();
      await stopped;
      await this.#stopSecret({ revoke: true });
      await this.#proxy.close();
      if (options.revoke) await this.#dependencies.sessionToken.revoke();
      this.#statistics = undefined;
      this.#lastDenial = undefined;
      this.#dependencies.log('info', 'Disconnected.');
      this.#dispatch({ type: 'disconnected' });
    });
  }

  async reconsider(): Promise<void> {
    if (this.#dependencies.autoConnect.get()) await this.#enqueue(async () => this.#begin());
  }

  async refresh(): Promise<void> {
    await this.#running?.feed.refresh();
  }

  /** The window closes: sign-ins of ours are kept for the next one, nothing is revoked. */
  async shutDown(): Promise<void> {
    await this.#enqueue(async () => {
      this.#dependencies.environment.clear();
      await this.#stopSecret({ revoke: false });
      await this.#proxy.close();
    });
  }

  async #enqueue(step: () => Promise<void>): Promise<void> {
    const run = this.#queue.then(step);
    this.#queue = run.catch((error: unknown) =>
      this.#fail(asProblem(error, 'settings.unexpected', 'afterFix'), undefined),
    );
    await this.#queue;
  }

  async #begin(): Promise<void> {
    const ports = this.#dependencies;
    if (!ports.isTrusted()) {
      await this.#stopSecret({ revoke: false });
      this.#dispatch({ type: 'restricted' });
      return;
    }
    const read = await ports.read();
    for (const notice of read.notices) ports.log('info', notice);
    switch (read.kind) {
      case 'incomplete':
        await this.#stopSecret({ revoke: true });
        this.#proxy.setCredential({ kind: 'unavailable', response: configurationResponse });
        this.#dispatch({ type: 'incomplete', missing: read.missing, problems: read.problems });
        return;
      case 'invalid':
        await this.#stopSecret({ revoke: true });
        this.#fail(read.problem, undefined);
        return;
      case 'ready':
        await this.#connectTo(read.configuration);
    }
  }

  async #connectTo(configuration: ConnectionConfiguration): Promise<void> {
    await this.#listen(configuration);
    const destination = destinationOf(configuration);
    if (!this.#dependencies.approvals.isApproved(destination)) {
      await this.#stopSecret({ revoke: true });
      this.#proxy.setUpstream(undefined);
      this.#proxy.setCredential({ kind: 'unavailable', response: approvalResponse });
      const { approved } = this.#dependencies.approvals;
      this.#dispatch({ type: 'approvalNeeded', configuration, destination, approved });
      return;
    }
    const upstream = await this.#dependencies.upstreamFor(configuration);
    const fingerprint = JSON.stringify([configuration, upstream]);
    if (this.#running?.fingerprint === fingerprint) return;
    await this.#stopSecret({ revoke: true });
    this.#dispatch({ type: 'connecting', configuration });
    this.#proxy.setCredential({ kind: 'pending' });
    this.#proxy.setUpstream(upstream);
    const { origin, basePath } = configuration.tracking;
    this.#dependencies.log(
      'info',
      `Connecting to ${origin}${basePath} with a credential from ${destination.provider}.`,
    );
    const resolver = await this.#dependencies.openSecret(configuration);
    const feed = new CredentialFeed(configuration.headerName, resolver, {
      post: (credential) => this.#proxy.setCredential(credential),
      served: (secret, problem) => this.#dispatch({ type: 'secretServed', secret, problem }),
      failed: (problem) => this.#fail(problem, configuration),
    });
    this.#running = { fingerprint, feed };
    await feed.start();
  }

  /** The address and the variables come first: a kernel that starts now must find them. */
  async #listen(configuration: ConnectionConfiguration): Promise<void> {
    const { address, sessionToken, environment } = this.#dependencies;
    const before = configuration.proxyPort || address.port;
    let token = await sessionToken.get();
    if (before !== undefined) environment.apply({ port: before, sessionToken: token, configuration });
    let port = await this.#proxy.listen({ configuredPort: configuration.proxyPort, sessionToken: token });
    if (before !== undefined && port !== before) {
      // Python may have shown its token to whatever listens at the old port.
      await sessionToken.revoke();
      token = await sessionToken.get();
      port = await this.#proxy.listen({ configuredPort: configuration.proxyPort, sessionToken: token });
      this.#dependencies.log(
        'warn',
        `Port ${before} is taken; the local proxy moved to ${port}. Restart running kernels.`,
      );
    }
    environment.apply({ port, sessionToken: token, configuration });
  }

  async #stopSecret(options: { readonly revoke: boolean }): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    await running?.feed.close(options);
  }

  #denied(reason: DenialReason, count: number, detail: string): void {
    const line = `${reason}${detail === '' ? '' : `: ${detail}`}${count > 1 ? ` (${count} times)` : ''}`;
    // Others are mostly strays; this one knew that there is a token.
    const isHidden = reason !== 'wrong-token' && this.#lastDenial?.reason === 'wrong-token';
    if (!isHidden) this.#lastDenial = { reason, line };
    this.#dependencies.log('warn', `Refused a local request: ${line}`);
    this.#changed();
  }

  #fail(problem: Problem, configuration: ConnectionConfiguration | undefined): void {
    this.#dependencies.log('error', `${problem.code}: ${problem.message} ${problem.remedy}`);
    this.#proxy.setCredential({ kind: 'unavailable', response: problemResponse(problem) });
    this.#dispatch({ type: 'failed', configuration, problem });
  }

  #dispatch(event: ConnectionEvent): void {
    const before = this.#state;
    this.#state = reduce(before, event);
    if (this.#state === before) return;
    if (this.#state.kind !== before.kind) this.#dependencies.log('info', `Connection: ${this.#state.kind}.`);
    this.#changed();
  }
}
