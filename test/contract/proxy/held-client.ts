import { Duplex } from 'node:stream';
import type { Socket } from 'node:net';
import { ClientConnection } from '../../../src/proxy/client-connection.ts';
import { CredentialGate } from '../../../src/proxy/credential-gate.ts';
import { CredentialOutcomes } from '../../../src/proxy/exchange/credential-outcomes.ts';
import type { DenialReason, Upstream } from '../../../src/proxy/messages.ts';
import { eventSocket } from '../../../src/proxy/sockets/read-buffer.ts';
import { proxyDefaults } from '../../../src/proxy/server.ts';
import type { Peer, PeerOwner } from '../../../src/proxy/admission/peer-owners.ts';
import { BrowserSessions } from '../../../src/proxy/admission/browser-sessions.ts';
import { SessionToken } from '../../../src/proxy/admission/session-token.ts';
import { Statistics } from '../../../src/proxy/statistics.ts';
import { UpstreamAddress } from '../../../src/proxy/upstream/address.ts';
import { UpstreamPool } from '../../../src/proxy/upstream/pool.ts';
import { credential, sessionToken } from './test-proxy.ts';

/** A client's socket as the proxy has it, where nothing is taken before the test says so. */
class HeldSocket extends Duplex {
  isTaking = false;
  taken = '';
  #next: (() => void) | undefined;

  constructor() {
    super({ highWaterMark: 16_384 });
  }

  override _read(): void {
    // The test pushes.
  }

  override _write(bytes: Buffer, _encoding: string, done: () => void): void {
    this.#next = (): void => {
      this.taken += bytes.toString('latin1');
      done();
    };
    if (this.isTaking) this.takeAll();
  }

  takeAll(): void {
    this.isTaking = true;
    const next = this.#next;
    this.#next = undefined;
    next?.();
  }

  setNoDelay(): void {
    // There is no network.
  }

  resetAndDestroy(): void {
    this.destroy();
  }
}

/** One connection of a proxy, with its client's end in the hands of the test. */
export class HeldClient {
  readonly socket = new HeldSocket();
  readonly connection: ClientConnection;
  readonly denials: DenialReason[] = [];
  readonly gate: CredentialGate;
  readonly #pool: UpstreamPool;

  constructor(origin: string, { keepsIdle = false } = {}) {
    const gate = new CredentialGate({ ...proxyDefaults.gate, post: () => undefined, now: Date.now });
    gate.set(credential(1));
    const upstream: Upstream = {
      id: '',
      origin,
      basePath: '',
      httpProxy: undefined,
      trust: { kind: 'roots', added: [], isComplete: true },
      clientCertificate: undefined,
    };
    this.gate = gate;
    this.#pool = new UpstreamPool(new UpstreamAddress(upstream), () => undefined);
    const context = {
      isDraining: false,
      keepsIdle,
      gate,
      pool: this.#pool,
      statistics: new Statistics(() => undefined),
      outcomes: new CredentialOutcomes(() => undefined),
      timeouts: proxyDefaults.timeouts,
      peers: { ask: (_peer: Peer, done: (owner: PeerOwner) => void): void => done('own') },
      guardOptions: { port: 5000, token: new SessionToken(sessionToken), browsers: new BrowserSessions() },
      denied: (reason: DenialReason, _socket: Socket, then: () => void): void => {
        this.denials.push(reason);
        then();
      },
      closed: (): void => undefined,
    };
    this.connection = new ClientConnection(context, eventSocket(this.socket as unknown as Socket));
  }

  /** What the proxy's clock does, once a second, as if so many milliseconds had gone by. */
  sweepIn(milliseconds: number): void {
    this.connection.sweep(performance.now() + milliseconds);
  }

  /** Waits for a condition that the event loop brings about. */
  async until(fits: () => boolean): Promise<void> {
    while (!fits()) await new Promise((resolve) => setImmediate(resolve));
  }

  close(): void {
    this.connection.destroy();
    this.#pool.close();
  }
}
