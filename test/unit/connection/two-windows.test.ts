import assert from 'node:assert/strict';
import { CredentialGate, gateDefaults } from '../../../src/proxy/credential-gate.ts';
import type { GateOutcome } from '../../../src/proxy/credential-gate.ts';
import type { FromWorker } from '../../../src/proxy/messages.ts';
import { SharedProxy } from '../../../src/proxy/process/shared-proxy.ts';
import { Problem } from '../../../src/problem.ts';
import { isServing } from '../../../src/connection/state.ts';
import { systemClock } from '../../../src/secrets/clock.ts';
import { Bench, lasting } from './bench.ts';

/** Windows of one workspace and the proxy that they share, as a request of Python meets them. */
class SharedBench {
  readonly #gate: CredentialGate;
  readonly #shared: SharedProxy;

  constructor() {
    let post: (message: FromWorker) => void = () => undefined;
    this.#gate = new CredentialGate({
      ...{ ...gateDefaults, now: () => Date.now(), post: (message) => post(message) },
    });
    this.#shared = new SharedProxy({
      clock: systemClock,
      start: (toProcess) => {
        post = toProcess;
        return {
          receive: (message) => {
            if (message.type === 'credential') this.#gate.set(message.credential);
          },
        };
      },
      isAlone: () => undefined,
      wentOn: () => undefined,
      prepared: () => undefined,
      standIn: () => undefined,
      standInOver: () => undefined,
      asked: () => undefined,
      ...{ listensAt: () => undefined, released: () => undefined },
      end: () => undefined,
    });
  }

  /** One that connects; what it says reaches the proxy as it says it. Returns what takes the window away. */
  async connect(window: Bench): Promise<() => void> {
    await window.approve();
    await window.connection.connect();
    const { worker } = window;
    const state = this.#shared.attach((message) => {
      if (message.type === 'lent' || message.type === 'credentialNeeded') worker.listener.onMessage(message);
    });
    const say = (message: (typeof worker.received)[number]): void => {
      if (message.type === 'listen' || message.type === 'drain' || message.type === 'close') return;
      this.#shared.receive(state, message);
    };
    for (const message of worker.received) say(message);
    const post = worker.post.bind(worker);
    worker.post = (message) => {
      post(message);
      say(message);
    };
    return () => this.#shared.leave(state);
  }

  async request(): Promise<GateOutcome['kind']> {
    return new Promise((resolve) => {
      this.#gate.wait(({ kind }) => resolve(kind));
    });
  }

  /** Whether the window says of the credential what Python finds. */
  async agreesWith({ connection }: Bench): Promise<void> {
    assert.equal(isServing(connection.state), (await this.request()) === 'ready', connection.state.kind);
  }
}

/** Whose secret is not due to be refreshed for some time. */
function opened(): Bench {
  const window = new Bench();
  const refreshAt = Date.now() + 600_000;
  window.answer = async () => Promise.resolve({ ...window.served(1), refreshAt });
  return window;
}

const kindOf = ({ connection }: Bench): string => connection.state.kind;

const denied = async (): Promise<never> => {
  const { code, message, remedy } = lasting;
  return Promise.reject(new Problem({ code, message, remedy, retry: 'purge' }));
};

const failing = async (): Promise<never> => Promise.reject(lasting);

describe('Two windows of one workspace', () => {
  it('of which the later one changed the source and fails: Python is told so, not signed in as before', async () => {
    const shared = new SharedBench();
    const left = opened();
    await shared.connect(left);
    const here = opened();
    here.configuration = { ...here.configuration, headerName: 'X-Other' };
    here.answer = failing;
    await shared.connect(here);
    assert.equal(here.connection.state.kind, 'failed');
    assert.equal(await shared.request(), 'unavailable');
    await left.connection.refresh();
    assert.equal(await shared.request(), 'unavailable', 'whatever the other one goes on fetching');
    await shared.agreesWith(here);
  });

  it('of which the later one cannot get what the earlier one has: it says that the store fails, and what serves', async () => {
    const shared = new SharedBench();
    const first = opened();
    const end = await shared.connect(first);
    const second = opened();
    second.answer = failing;
    await shared.connect(second);
    await second.until(() => kindOf(second) === 'degraded');
    await shared.agreesWith(second);
    await second.connection.refresh();
    assert.equal(kindOf(second), 'degraded', 'however often it fails');
    end();
    await second.connection.refresh();
    assert.equal(kindOf(second), 'degraded', 'what is in use is as good as before');
    await shared.agreesWith(second);
    second.answer = opened().answer;
    await second.connection.refresh();
    assert.equal(kindOf(second), 'connected');
    await shared.agreesWith(second);
  });

  it('of which the one that is left is denied what the other had: Python is told so', async () => {
    const shared = new SharedBench();
    const end = await shared.connect(opened());
    const second = opened();
    second.answer = denied;
    await shared.connect(second);
    end();
    await second.connection.refresh();
    assert.equal(kindOf(second), 'failed');
    assert.equal(await shared.request(), 'unavailable');
  });
});
