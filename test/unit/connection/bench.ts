import assert from 'node:assert/strict';
import { Approvals } from '../../../src/connection/approvals.ts';
import { destinationOf } from '../../../src/configuration/destination.ts';
import { ConnectionController } from '../../../src/connection/connection-controller.ts';
import type { Attention, HealthOptions } from '../../../src/connection/health.ts';
import type { ConnectionState } from '../../../src/connection/state.ts';
import type { LocalEndpoint } from '../../../src/connection/local-endpoint.ts';
import { upstreamId } from '../../../src/connection/client-token.ts';
import type { ConnectionDependencies } from '../../../src/connection/dependencies.ts';
import type { Undone } from '../../../src/connection/ending.ts';
import { givenUpIn } from '../../../src/connection/given-up.ts';
import { HeldPort } from '../../../src/connection/held-port.ts';
import { LocalAddress } from '../../../src/connection/local-address.ts';
import type { ConfigurationResult } from '../../../src/configuration/read-configuration.ts';
import { readValues } from '../../../src/settings/setting-values.ts';
import { Problem } from '../../../src/problem.ts';
import type { ProxyWorkerListener } from '../../../src/connection/proxy-worker.ts';
import type { Clock, SecretSource } from '../../../src/providers/source.ts';
import type { ServerTrust } from '../../../src/network/server-trust.ts';
import type { ToWorker } from '../../../src/proxy/messages.ts';
import { systemClock } from '../../../src/secrets/clock.ts';
import { CachingResolver } from '../../../src/secrets/resolver.ts';
import type { SecretResolver } from '../../../src/secrets/secret-resolver.ts';
import type { ResolvedHeader } from '../../../src/secrets/secret-resolver.ts';
import { sourceOf } from '../secrets/source-of.ts';
import { Secret } from '../../../src/secret.ts';
import { storedConfiguration as configuration } from '../configuration/stored-configuration.ts';

export const sealed = new Problem({
  code: 'vault.sealed',
  message: 'Vault is sealed.',
  remedy: 'Ask for it to be unsealed.',
  retry: 'automatic',
  retryAfterMs: 1,
});

export const lasting = new Problem({
  code: 'vault.denied',
  message: 'Vault denies the secret.',
  remedy: 'Ask for a policy.',
  retry: 'afterFix',
});

export const hangingCalls = [
  'readConfiguration',
  'sessionToken',
  'listen',
  'upstreamFor',
  'endOthers',
  'openResolver',
  'closeSecret',
  'closeWorker',
  'endKept',
] as const;
export type Hanging = (typeof hangingCalls)[number];

async function never(): Promise<never> {
  return new Promise(() => undefined);
}

class Memory {
  readonly #values = new Map<string, unknown>();
  get(key: string): unknown {
    return this.#values.get(key);
  }
  async update(key: string, value: unknown): Promise<void> {
    this.#values.set(key, value);
    return Promise.resolve();
  }
}

/** Answers as the worker does, without sockets: what is under test is what it is sent. */
class ScriptedWorker {
  readonly received: ToWorker[] = [];
  closed = false;
  hasLeft = false;
  isThere = async (): Promise<boolean> => Promise.resolve(false);
  readonly listener: ProxyWorkerListener;
  readonly #taken: ReadonlySet<number>;
  readonly #hanging: ReadonlySet<Hanging>;

  constructor(listener: ProxyWorkerListener, taken: ReadonlySet<number>, hanging: ReadonlySet<Hanging>) {
    this.listener = listener;
    this.#taken = taken;
    this.#hanging = hanging;
  }

  post(message: ToWorker): void {
    this.received.push(message);
    if (message.type !== 'listen' || this.#hanging.has('listen')) return;
    const port = message.port || 40_001;
    setImmediate(() => {
      this.listener.onMessage(
        this.#taken.has(port)
          ? { type: 'listenFailed', code: 'EADDRINUSE', port }
          : { type: 'listening', port },
      );
    });
  }

  async leave(): Promise<void> {
    this.hasLeft = true;
    if (this.#hanging.has('closeWorker')) await never();
  }

  async close(): Promise<void> {
    this.closed = true;
    if (this.#hanging.has('closeWorker')) await never();
  }

  last<T extends ToWorker['type']>(type: T): Extract<ToWorker, { type: T }> | undefined {
    return this.received.findLast(
      (message): message is Extract<ToWorker, { type: T }> => message.type === type,
    );
  }
}

/** Somebody who looks at the window, or does not. */
export class ScriptedAttention implements Attention {
  readonly #listeners = new Set<() => void>();
  #isThere = true;

  isThere(): boolean {
    return this.#isThere;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  set(isThere: boolean): void {
    this.#isThere = isThere;
    for (const listener of this.#listeners) listener();
  }
}

/** A connection with everything that it depends on replaced. */
export class Bench {
  clock: Clock = systemClock;
  readonly workspace = new Memory();
  readonly approvals = new Approvals(this.workspace);
  readonly workers: ScriptedWorker[] = [];
  readonly endpoints: LocalEndpoint[] = [];
  readonly closings: boolean[] = [];
  /** What ending what is kept leaves undone. */
  undone: readonly Undone[] = [];
  /** What giving the secret back waits for. */
  closing: Promise<unknown> = Promise.resolve();
  /** How what is kept of the workspace was ended. */
  readonly keptEnds: { readonly forAll: boolean }[] = [];
  readonly log: string[] = [];
  taken: ReadonlySet<number> = new Set();
  /** The proxy's process, without a window. */
  hasGoneOn = false;
  environmentCleared = 0;
  opened = 0;
  /** Which are read when a connection is made. */
  certificateFiles: readonly string[] = [];
  /** What opening a secret waits for. */
  opening: Promise<void> = Promise.resolve();
  openFailure: Problem | undefined;
  trusted = true;
  autoConnect = true;
  token = 1;
  configuration = configuration;
  answer: () => Promise<ResolvedHeader> = async () => Promise.resolve(this.served(1));
  /** Calls of these never settle. */
  readonly hanging = new Set<Hanging>();
  /** Calls of these reject. */
  readonly failing = new Set<Hanging>();
  readonly attention = new ScriptedAttention();
  intervalMs = 60_000;
  /** How often the tracking server was asked. */
  asked = 0;
  /** What the tracking server says. */
  server: HealthOptions['check'] = async () => Promise.resolve({ kind: 'accepted', server: undefined });
  onChange: () => void = () => undefined;
  /** Every state that it had, one after the other. */
  readonly history: ConnectionState['kind'][] = [];
  readonly #address = new LocalAddress(this.workspace);
  readonly #sessionToken: ConnectionDependencies['sessionToken'] = {
    get: async () => this.#hangOr('sessionToken', `session-${this.token}`),
    revoke: async () => {
      this.token += 1;
      return Promise.resolve();
    },
    adopt: async () => Promise.resolve(),
  };
  /** What was held after the connection: port and token. */
  readonly held: string[] = [];
  readonly connection: ConnectionController = new ConnectionController(
    {
      isTrusted: () => this.trusted,
      readConfiguration: async (): Promise<ConfigurationResult> =>
        this.#hangOr('readConfiguration', {
          kind: 'ready',
          configuration: this.configuration,
          choice: { kind: 'chosen', provider: 'vault', reason: '', skipped: [] },
          unused: [],
          notices: [],
          risk: undefined,
          values: readValues([]),
        }),
      clock: {
        now: () => this.clock.now(),
        sleep: async (ms, signal) => this.clock.sleep(ms, signal),
      },
      files: { signIn: () => [], certificates: () => this.certificateFiles },
      approvals: this.approvals,
      address: this.#address,
      startProxyWorker: (listener) => {
        const worker = new ScriptedWorker(listener, this.taken, this.hanging);
        worker.isThere = async () => Promise.resolve(this.hasGoneOn);
        this.workers.push(worker);
        return worker;
      },
      portRetry: { attempts: 2, intervalMs: 1 },
      sessionToken: this.#sessionToken,
      heldPort: new HeldPort(this.#address, this.#sessionToken, async ({ port, sessionToken }) => {
        this.held.push(`${port} ${sessionToken}`);
        const gone = Promise.withResolvers<undefined>();
        return Promise.resolve({
          gone: gone.promise,
          release: async () => {
            this.held.push('released');
            gone.resolve(undefined);
            return Promise.resolve();
          },
        });
      }),
      upstreamFor: async ({ tracking }) =>
        this.#hangOr('upstreamFor', {
          id: upstreamId(tracking),
          ...tracking,
          httpProxy: undefined,
          trust: this.trust(),
          clientCertificate: undefined,
        }),
      openResolver: async () => {
        this.opened += 1;
        await this.opening;
        if (this.openFailure !== undefined) throw this.openFailure;
        return this.#hangOr('openResolver', this.resolver());
      },
      environment: {
        apply: (endpoint) => this.endpoints.push(endpoint),
        clear: () => {
          this.environmentCleared += 1;
        },
      },
      health: {
        attention: this.attention,
        intervalMs: () => this.intervalMs,
        random: () => 0.5,
        openCheck: () => async (signal) => {
          this.asked += 1;
          return this.server(signal);
        },
      },
      keeping: {
        plan: async () => Promise.resolve(undefined),
        takeOver: async () => Promise.resolve(),
        language: 'en',
      },
      kept: {
        end: async ({ forAll = false, undone } = {}) => {
          this.keptEnds.push({ forAll });
          for (const what of this.undone) undone?.(what);
          return this.#hangOr('endKept', undefined);
        },
        endOthers: async () => this.#hangOr('endOthers', undefined),
      },
      givenUp: givenUpIn(this.workspace),
      autoConnect: {
        get: () => this.autoConnect,
        set: async (isOn) => {
          this.autoConnect = isOn;
          return Promise.resolve();
        },
      },
      log: (_level, line) => this.log.push(line),
    },
    () => {
      const { kind } = this.connection.state;
      if (kind !== this.history.at(-1)) this.history.push(kind);
      this.onChange();
    },
  );

  /** Throws where a file cannot be read. */
  trust: () => ServerTrust = () => ({ kind: 'roots', added: [], isComplete: true });

  served(version: number, problem?: Problem): ResolvedHeader {
    return {
      value: new Secret(`Bearer canary-${version}`),
      version,
      refreshAt: 10,
      expiresAt: Date.now() + 3_600_000,
      fetchedAt: 0,
      storeVersion: String(version),
      problem,
    };
  }

  resolver(): SecretResolver {
    const answer = async (): Promise<ResolvedHeader> => this.answer();
    return {
      get: answer,
      refresh: answer,
      rejected: answer,
      close: async ({ revoke }) => {
        this.closings.push(revoke);
        await this.closing;
        return this.#hangOr('closeSecret', undefined);
      },
    };
  }

  /** The real one, which logs to the same log. */
  cachingResolver(fetch: SecretSource['fetch']): SecretResolver {
    return new CachingResolver({
      source: sourceOf(fetch),
      header: (text) => text,
      storage: undefined,
      ttlMs: 1000,
      maxStaleMs: 1000,
      deadlineMs: 1000,
      clock: systemClock,
      random: () => 0,
      nextVersion: () => 1,
      log: (line) => this.log.push(line),
    });
  }

  get worker(): ScriptedWorker {
    const worker = this.workers.at(-1);
    assert.ok(worker);
    return worker;
  }

  get credential(): Extract<ToWorker, { type: 'credential' }>['credential'] | undefined {
    return this.worker.last('credential')?.credential;
  }

  async approve(): Promise<void> {
    await this.approvals.approve(destinationOf(this.configuration));
  }

  async #hangOr<T>(call: Hanging, value: T): Promise<T> {
    if (this.failing.has(call)) throw new Error('scripted');
    return this.hanging.has(call) ? never() : Promise.resolve(value);
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise((resolve) => setImmediate(resolve));
  }
}
