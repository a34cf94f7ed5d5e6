import assert from 'node:assert/strict';
import type {
  Describe,
  Forget,
  FromProcess,
  ToProcess,
} from '../../../../src/proxy/control/control-messages.ts';
import type { CredentialState, FromWorker, ToWorker, Upstream } from '../../../../src/proxy/messages.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { SharedProxy } from '../../../../src/proxy/process/shared-proxy.ts';
import { WindowState } from '../../../../src/proxy/process/window-states.ts';

export const server: Upstream = {
  id: 'company',
  origin: 'https://mlflow.company.com',
  basePath: '',
  httpProxy: undefined,
  trust: { kind: 'roots', added: [], isComplete: true },
  clientCertificate: undefined,
};
export const other: Upstream = { ...server, id: 'other', origin: 'https://other.company.com' };

type Ready = Extract<CredentialState, { kind: 'ready' }>;

export const ready = (value: string, version = 1): Ready => ({
  ...{ kind: 'ready', headerName: 'Authorization', headerValue: `Bearer canary-${value}`, version },
  ...{ refreshAt: 1000, expiresAt: 2000 },
});
export const refused: Extract<CredentialState, { kind: 'unavailable' }> = {
  kind: 'unavailable',
  response: { status: 424, errorCode: 'INVALID_STATE', message: 'not approved' },
};

/** What the store did not give. */
export const failed = (of: string): Extract<CredentialState, { kind: 'unavailable' }> => ({ ...refused, of });

/** A window that is attached to the proxy of a bench. */
export class Window {
  readonly received: FromProcess[] = [];
  readonly #shared: SharedProxy;
  readonly #state: WindowState;

  constructor(shared: SharedProxy) {
    this.#shared = shared;
    this.#state = shared.attach((message) => this.received.push(message));
  }

  say(...messages: readonly Exclude<ToProcess, Forget | Describe>[]): void {
    for (const message of messages) this.#shared.receive(this.#state, message);
  }

  /** What a window does that connects: `of` names the connection. */
  connect(credential: CredentialState, { upstream = server, of = 'one' } = {}): void {
    this.say({ type: 'credential', credential: { kind: 'pending', of } });
    this.say({ type: 'upstream', upstream }, { type: 'credential', credential });
  }

  leave(): void {
    this.#shared.leave(this.#state);
  }

  all<T extends FromProcess['type']>(type: T): Extract<FromProcess, { type: T }>[] {
    return this.received.filter(
      (message): message is Extract<FromProcess, { type: T }> => message.type === type,
    );
  }
}

/** The proxy that is shared, with what it was told. */
export class SharedBench {
  readonly told: ToWorker[] = [];
  readonly alone: boolean[] = [];
  isEnded = false;
  standIn: WindowState | undefined;
  /** Of what was asked last. */
  isAnswered: () => boolean = () => true;
  post: (message: FromWorker) => void = () => undefined;
  readonly clock = new ManualClock(0);
  readonly shared = new SharedProxy({
    clock: this.clock,
    start: (post) => {
      this.post = post;
      return { receive: (message) => this.#receive(message) };
    },
    isAlone: (isAlone) => this.alone.push(isAlone),
    wentOn: () => undefined,
    prepared: () => undefined,
    standIn: () => this.standIn,
    standInOver: () => (this.standIn = undefined),
    asked: (isAnswered) => (this.isAnswered = isAnswered),
    ...{ listensAt: () => undefined, released: () => undefined },
    end: () => (this.isEnded = true),
  });

  /** As of a window that nobody sees, for what is in use. Returns what it is asked. */
  standInFor(): FromProcess[] {
    const received: FromProcess[] = [];
    const { unattended } = this.shared;
    assert.ok(unattended !== undefined);
    this.standIn = new WindowState((message) => received.push(message));
    this.standIn.said(unattended.upstream);
    this.standIn.of = unattended.of;
    this.shared.standInChanged();
    return received;
  }

  attach(): Window {
    return new Window(this.shared);
  }

  /** Since then nothing else has been told. */
  get credential(): CredentialState | undefined {
    return this.told.findLast((message) => message.type === 'credential')?.credential;
  }

  get upstream(): Upstream | undefined {
    return this.told.findLast((message) => message.type === 'upstream')?.upstream;
  }

  /** The number of the credential in use. */
  get number(): number {
    assert.ok(this.credential?.kind === 'ready');
    return this.credential.version;
  }

  #receive(message: ToWorker): void {
    this.told.push(message);
    if (message.type === 'listen') this.post({ type: 'listening', port: message.port || 40_001 });
  }
}
