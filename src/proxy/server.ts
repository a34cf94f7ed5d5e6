import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { BrowserSessions } from './admission/browser-sessions.ts';
import { DeniedRequestLog } from './admission/denied-request-log.ts';
import type { GuardOptions } from './admission/guard.ts';
import { PeerOwners } from './admission/peer-owners.ts';
import type { Peer } from './admission/peer-owners.ts';
import { SessionToken } from './admission/session-token.ts';
import { ClientConnection } from './client-connection.ts';
import type { ConnectionContext } from './client-connection.ts';
import type { ClientTimeouts } from './client-deadline.ts';
import { CredentialGate, gateDefaults } from './credential-gate.ts';
import { CredentialOutcomes } from './exchange/credential-outcomes.ts';
import type { CredentialState, DenialReason, FromWorker, ToWorker, Upstream } from './messages.ts';
import type { UpstreamTrouble } from './upstream-trouble.ts';
import { denialResponse, responseBytes } from './responses.ts';
import { acceptPlain } from './sockets/read-buffer.ts';
import { Statistics } from './statistics.ts';
import { UpstreamAddress } from './upstream/address.ts';
import { UpstreamPool } from './upstream/pool.ts';

export interface ProxyOptions {
  readonly timeouts: ClientTimeouts;
  readonly gate: typeof gateDefaults;
  readonly maxConnections: number;
}

export const proxyDefaults: ProxyOptions = {
  timeouts: { headMs: 10_000, idleMs: 90_000, stallMs: 30 * 60_000, lingerMs: 5000 },
  gate: gateDefaults,
  maxConnections: 1024,
};

/** Who uses the proxy; what this product itself asks of the tracking server does not count. */
export interface ProxyUse {
  /** Of clients that have shown a valid token. */
  readonly connections: number;
  readonly requests: number;
  /** Wall-clock milliseconds; 0 before the first. */
  readonly lastRequestAt: number;
}

/** The local proxy, driven by messages and reporting in messages. */
export class ProxyServer implements ConnectionContext {
  readonly gate: CredentialGate;
  readonly statistics: Statistics;
  readonly outcomes: CredentialOutcomes;
  readonly timeouts: ClientTimeouts;
  readonly peers = new PeerOwners();
  pool: UpstreamPool | undefined;
  isDraining = false;
  /** A client that was let in may be idle for as long as it likes: that it is connected says that it lives. */
  keepsIdle = false;
  guardOptions: GuardOptions = { port: 0, token: new SessionToken(''), browsers: new BrowserSessions() };
  readonly #options: ProxyOptions;
  readonly #post: (message: FromWorker) => void;
  readonly #deniedRequests: DeniedRequestLog;
  /** The oldest first. */
  readonly #connections = new Set<ClientConnection>();
  #server: Server | undefined;
  #ticker: NodeJS.Timeout | undefined;
  #trouble: string | undefined;

  constructor(post: (message: FromWorker) => void, options: ProxyOptions) {
    this.#post = post;
    this.#options = options;
    this.timeouts = options.timeouts;
    this.gate = new CredentialGate({
      ...options.gate,
      post,
      now: Date.now,
      expired: () => this.#forgetCopies(),
    });
    this.statistics = new Statistics((statistics) => post({ type: 'statistics', statistics }));
    this.outcomes = new CredentialOutcomes(post);
    this.#deniedRequests = new DeniedRequestLog(post);
  }

  receive(message: ToWorker): void {
    switch (message.type) {
      case 'listen':
        this.#listen(message.port, message.sessionToken);
        return;
      case 'expect':
        if (this.pool !== undefined && this.pool.address.id !== message.upstreamId) {
          this.#setUpstream(undefined);
        }
        return;
      case 'upstream':
        this.#setUpstream(message.upstream);
        return;
      case 'credential':
        this.#setCredential(message.credential);
        return;
      case 'drain':
        this.#drain();
        return;
      case 'close':
        this.close();
    }
  }

  close(): void {
    this.#stopListening();
    this.pool?.close();
    this.pool = undefined;
    this.#deniedRequests.close();
    this.#post({ type: 'closed' });
  }

  /** That were let in. */
  get clients(): readonly Peer[] {
    return [...this.#connections].flatMap(({ admission }) => (admission.isKnown ? [admission.peer] : []));
  }

  get use(): ProxyUse {
    const { counts, lastRequestAt } = this.statistics;
    return { connections: this.clients.length, requests: counts.requests, lastRequestAt };
  }

  denied(reason: DenialReason, socket: Socket, then: () => void): void {
    this.statistics.denied(reason);
    this.#deniedRequests.add(reason, socket, then);
  }

  closed(connection: ClientConnection): void {
    this.#connections.delete(connection);
    this.statistics.counts.openConnections = this.#connections.size;
    this.#postIfDrained();
  }

  #drain(): void {
    this.isDraining = true;
    this.#server?.close();
    this.#server = undefined;
    this.#tick();
    this.#postIfDrained();
  }

  #postIfDrained(): void {
    if (this.isDraining && this.#connections.size === 0) this.#post({ type: 'drained' });
  }

  #listen(port: number, sessionToken: string): void {
    if (this.isDraining) this.isDraining = false;
    else this.#stopListening();
    clearInterval(this.#ticker);
    const server = createServer({ pauseOnConnect: true }, (socket) => this.#accept(socket));
    this.#server = server;
    const failed = (error: NodeJS.ErrnoException): void => {
      if (this.#server === server) this.#server = undefined;
      this.#post({ type: 'listenFailed', code: error.code ?? error.name, port });
    };
    server.once('error', failed);
    server.listen({ port, host: '127.0.0.1', backlog: 1024 }, () => {
      server.off('error', failed);
      // One connection could not be accepted, as when too many files are open; the server still listens.
      server.on('error', () => (this.statistics.counts.failures += 1));
      const { port: actual } = server.address() as AddressInfo;
      const { token, browsers } = this.guardOptions;
      this.guardOptions = {
        port: actual,
        token: new SessionToken(sessionToken),
        browsers: token.matches(sessionToken) ? browsers : new BrowserSessions(),
      };
      this.#post({ type: 'listening', port: actual });
    });
    this.#ticker = setInterval(() => this.#tick(), 1000);
  }

  #stopListening(): void {
    clearInterval(this.#ticker);
    this.#server?.close();
    this.#server = undefined;
    for (const connection of this.#connections) connection.destroy();
  }

  #setUpstream(upstream: Extract<ToWorker, { type: 'upstream' }>['upstream']): void {
    const before = this.pool;
    before?.close();
    this.pool =
      upstream && new UpstreamPool(new UpstreamAddress(upstream), (trouble) => this.#setTrouble(trouble));
    this.#setTrouble({ message: undefined });
    if (before !== undefined && !isSameServer(before.address, this.pool?.address)) {
      this.outcomes.forget();
      this.#setCredential({ kind: 'pending' });
    }
  }

  #setCredential(credential: CredentialState): void {
    // Before the gate lets requests go on: their heads are written with the new one.
    this.#forgetCopies();
    this.gate.set(credential);
  }

  #forgetCopies(): void {
    for (const connection of this.#connections) connection.rewriter.forget();
  }

  #setTrouble({ message, remedy }: UpstreamTrouble): void {
    if (message === this.#trouble) return;
    this.#trouble = message;
    this.#post({ type: 'upstreamTrouble', message, remedy });
  }

  #accept(socket: Socket): void {
    if (this.#connections.size >= this.#options.maxConnections && !this.#makeRoom()) {
      this.#turnAway(socket);
      return;
    }
    this.#connections.add(new ClientConnection(this, acceptPlain(socket)));
    this.statistics.counts.openConnections = this.#connections.size;
  }

  /** Clients without a token must not take up the room of those that have one, nor idle ones that of others. */
  #makeRoom(): boolean {
    const connections = [...this.#connections];
    const now = performance.now();
    const idle = connections.filter((one) => one.idleSince(now) !== undefined);
    idle.sort((one, other) => (one.idleSince(now) ?? 0) - (other.idleSince(now) ?? 0));
    const leaving = connections.find(({ isExpendable }) => isExpendable) ?? idle[0];
    leaving?.destroy();
    return leaving !== undefined;
  }

  #turnAway(socket: Socket): void {
    socket.on('error', () => socket.destroy());
    this.denied('limit', socket, () => {
      socket.end(responseBytes(denialResponse('limit'), 'GET'));
      socket.resume();
      setTimeout(() => socket.destroy(), this.timeouts.lingerMs);
    });
  }

  #tick(): void {
    const now = performance.now();
    for (const connection of this.#connections) connection.sweep(now);
    this.outcomes.tick();
    this.statistics.postIfChanged();
  }
}

/** A credential is for one tracking server, and never tried at another, however either is reached. */
export function isSameServer(
  { id, origin, basePath }: Pick<Upstream, 'id' | 'origin' | 'basePath'>,
  other: Pick<Upstream, 'id' | 'origin' | 'basePath'> | undefined,
): boolean {
  return id === other?.id && origin === other.origin && basePath === other.basePath;
}
