import assert from 'node:assert/strict';
import { KernelAccessDenied, KernelFollower } from '../../../src/python/kernel-follower.ts';
import type { RunningKernel } from '../../../src/python/kernel-follower.ts';
import type { KernelVariables } from '../../../src/python/running-kernel.ts';

class Kernel implements RunningKernel {
  readonly language: string;
  readonly executed: string[] = [];
  /** What each execution ends with. */
  outcome: () => Promise<void> = async () => Promise.resolve();
  isHere = true;
  readonly #restarted: (() => void)[] = [];

  constructor(language = 'python') {
    this.language = language;
  }

  async execute(code: string): Promise<string> {
    this.executed.push(/kernel\.(\w+)\(.*(server-\w)/.exec(code)?.slice(1).join(' ') ?? '');
    await this.outcome();
    return '';
  }

  onRestarted(listener: () => void): void {
    this.#restarted.push(listener);
  }

  restart(): void {
    for (const listener of this.#restarted) listener();
  }
}

const server = (name: string): KernelVariables => ({
  changes: [{ action: 'replace', name: 'MLFLOW_TRACKING_URI', value: `server-${name}` }],
  before: {},
  packageFolder: '/package',
  hostName: 'laptop',
});

describe('Kernels that run when the window is connected', () => {
  let kernels: Kernel[];
  /** For how many kernels, to take them to the connection and back. */
  let asked: number[];
  let askedAtEnd: number[];
  let answer: boolean | Promise<boolean>;
  let consent: boolean;
  let lines: string[];
  let follower: KernelFollower;

  beforeEach(() => {
    [kernels, asked, askedAtEnd, answer, consent, lines] = [[new Kernel()], [], [], true, false, []];
    follower = new KernelFollower({
      kernels: async () => Promise.resolve(kernels),
      isHere: async (kernel, hostName) =>
        Promise.resolve(hostName === 'laptop' && kernels.some((one) => one === kernel && one.isHere)),
      ask: async (what, count) => {
        (what === 'connect' ? asked : askedAtEnd).push(count);
        return answer;
      },
      consent: {
        get: () => consent,
        set: async (isGiven) => {
          consent = isGiven;
          return Promise.resolve();
        },
      },
      log: (line) => lines.push(line),
    });
  });

  const settled = async (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const executed = (): readonly (readonly string[])[] => kernels.map((kernel) => kernel.executed);

  it('get the connection after one question, and later windows do not ask', async () => {
    kernels.push(new Kernel(), new Kernel('r'));
    await follower.connect(server('a'));
    await settled();
    assert.deepEqual([asked, executed()], [[2], [['connect server-a'], ['connect server-a'], []]]);
    assert.equal(consent, true);
    await follower.connect(server('b'));
    await settled();
    assert.deepEqual([asked, kernels[0]?.executed], [[2], ['connect server-a', 'connect server-b']]);
  });

  it('get it once, however often they are used', async () => {
    consent = true;
    await follower.connect(server('a'));
    await follower.kernelUsed();
    await follower.connect(server('a'));
    assert.deepEqual(executed(), [['connect server-a']]);
  });

  it('are left alone after a no, and are not asked for again', async () => {
    answer = false;
    await follower.connect(server('a'));
    await settled();
    await follower.connect(server('b'));
    await follower.kernelUsed();
    assert.deepEqual([asked, executed(), consent], [[1], [[]], false]);
  });

  it('hold nobody up while the question is open', async () => {
    let say: (isYes: boolean) => void = () => undefined;
    answer = new Promise((resolve) => {
      say = resolve;
    });
    await follower.connect(server('a'));
    await follower.disconnect();
    await follower.connect(server('b'));
    assert.deepEqual([asked, executed()], [[1], [[]]]);
    say(true);
    await settled();
    assert.deepEqual(executed(), [['connect server-b']]);
  });

  it('get it again after a restart', async () => {
    consent = true;
    await follower.connect(server('a'));
    kernels[0]?.restart();
    await settled();
    assert.deepEqual(executed(), [['connect server-a', 'connect server-a']]);
  });

  it('are counted until they have the connection, have been restarted, or are gone', async () => {
    answer = false;
    kernels.push(new Kernel(), new Kernel('r'), new Kernel());
    await follower.connect(server('a'));
    assert.equal(await follower.unaware(), 3);
    kernels[0]?.restart();
    assert.equal(await follower.unaware(), 2);
    kernels.pop();
    assert.equal(await follower.unaware(), 1);
    consent = true;
    await follower.connect(server('b'));
    await settled();
    // The one that was restarted has the connection before.
    assert.equal(await follower.unaware(), 2);
  });

  it('count no longer once they have got it', async () => {
    await follower.connect(server('a'));
    await settled();
    assert.equal(await follower.unaware(), 0);
  });

  it('do not count that were started with the connection that is made again, unless they were put back', async () => {
    kernels = [];
    await follower.connect(server('a'));
    const [left, restarted] = (kernels = [new Kernel(), new Kernel()]);
    await follower.kernelUsed();
    answer = false;
    await follower.disconnect();
    assert.equal(await follower.unaware(), 0);
    restarted?.restart();
    await follower.connect(server('a'));
    assert.equal(await follower.unaware(), 1);
    await follower.connect(server('b'));
    assert.equal(await follower.unaware(), 2);
    await follower.connect(server('a'));
    left?.restart();
    assert.equal(await follower.unaware(), 1);
  });

  it('are put back when the window is disconnected, also those that were started while it was connected', async () => {
    consent = true;
    await follower.connect(server('a'));
    kernels.push(new Kernel());
    await follower.disconnect();
    await settled();
    assert.deepEqual(executed(), [['connect server-a', 'disconnect server-a'], ['disconnect server-a']]);
    kernels[0]?.restart();
    await settled();
    assert.deepEqual(kernels[0]?.executed.at(-1), 'disconnect server-a');
  });

  it('are put back after a question where they were started while the window was connected', async () => {
    kernels = [];
    await follower.connect(server('a'));
    kernels = [new Kernel()];
    await follower.kernelUsed();
    await follower.disconnect();
    await settled();
    assert.deepEqual([asked, askedAtEnd, executed()], [[], [1], [['disconnect server-a']]]);
  });

  it('are not asked for at the end of the connection where they were to stay without it', async () => {
    answer = false;
    await follower.connect(server('a'));
    await settled();
    await follower.disconnect();
    assert.deepEqual([asked, askedAtEnd, executed()], [[1], [], [[]]]);
  });

  it('are not asked for while the connection is the same', async () => {
    kernels = [];
    await follower.connect(server('a'));
    kernels = [new Kernel()];
    await follower.connect(server('a'));
    assert.deepEqual(asked, []);
  });

  it('that were started later get it only where the user has agreed before', async () => {
    kernels = [];
    await follower.connect(server('a'));
    kernels = [new Kernel()];
    await follower.kernelUsed();
    assert.deepEqual([asked, executed()], [[], [[]]]);
    consent = true;
    await follower.kernelUsed();
    assert.deepEqual(executed(), [['connect server-a']]);
  });

  it('that compute for long hold up no others', async () => {
    consent = true;
    kernels.push(new Kernel());
    const [first] = kernels;
    if (first) first.outcome = async () => new Promise(() => undefined);
    await follower.connect(server('a'));
    await follower.disconnect();
    assert.deepEqual(kernels[1]?.executed, ['connect server-a', 'disconnect server-a']);
  });

  it('that the user does not let us into are not tried again', async () => {
    consent = true;
    const [first] = kernels;
    if (first) first.outcome = async () => Promise.reject(new KernelAccessDenied());
    await follower.connect(server('a'));
    await settled();
    await follower.connect(server('b'));
    assert.deepEqual([executed(), consent], [[['connect server-a']], false]);
    assert.match(lines.join(), /denied access/);
  });

  it('that do not run here are told nothing and named, and what others raise is not quoted', async () => {
    consent = true;
    const [away, raising] = [new Kernel(), new Kernel()];
    away.isHere = false;
    raising.outcome = async () => Promise.reject(new TypeError('canary-session'));
    kernels = [away, raising];
    await follower.connect(server('a'));
    await settled();
    await follower.disconnect();
    await settled();
    assert.deepEqual(away.executed, []);
    assert.match(lines[0] ?? '', /does not run on this machine as you/);
    assert.match(lines[1] ?? '', /\(TypeError\)/);
    assert.doesNotMatch(lines.join(), /canary/);
  });

  it('that are restarted somewhere else meanwhile are asked again where they are', async () => {
    consent = true;
    const [kernel] = kernels;
    await follower.connect(server('a'));
    if (kernel) kernel.isHere = false;
    kernel?.restart();
    await settled();
    assert.deepEqual(kernel?.executed, ['connect server-a']);
  });
});
