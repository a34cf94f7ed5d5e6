import { lateBound } from '../../support/late-bound.ts';
import { TestProxy } from './test-proxy.ts';
import type { TestProxyOptions } from './test-proxy.ts';

/** A server that stands for the tracking server. */
export interface TestUpstream {
  readonly origin: string;
  /** Forgets what it has seen; called before each test. */
  forget?(): Promise<void> | void;
  stop(): Promise<void>;
}

export interface FixtureOptions extends Omit<TestProxyOptions, 'origin'> {
  /** Whether both are started for each test or once for all tests of the `describe`. */
  readonly lifetime?: 'test' | 'suite';
}

export interface ProxyFixture<U> {
  readonly proxy: TestProxy;
  readonly upstream: U;
  /** For one test that needs other options: ends the proxy, and starts another in front of the same upstream. */
  readonly restart: (options: Omit<TestProxyOptions, 'origin'>) => Promise<void>;
}

/**
 * Called in a `describe`: registers the hooks that start an upstream with a proxy in front of it, and stop both. What it
 * gives is usable in the tests and in hooks that are registered after it.
 */
export function proxyInFrontOf<U extends TestUpstream>(
  kind: { start(): Promise<U> },
  { lifetime = 'suite', ...options }: FixtureOptions = {},
): ProxyFixture<U> {
  let upstream: U | undefined;
  let proxy: TestProxy | undefined;

  async function start(this: Mocha.Context): Promise<void> {
    // Some upstreams are servers of their own, which take long to start on a busy machine.
    this.timeout(150_000);
    upstream = await kind.start();
    proxy = await TestProxy.start({ ...options, origin: upstream.origin });
  }
  const stop = async (): Promise<void> => {
    await proxy?.dispose();
    proxy = undefined;
    await upstream?.stop();
    upstream = undefined;
  };
  if (lifetime === 'test') {
    beforeEach(start);
    afterEach(stop);
  } else {
    before(start);
    after(stop);
    beforeEach(async () => {
      await upstream?.forget?.();
    });
  }
  const current = lateBound('upstream', () => upstream);
  return {
    proxy: lateBound('proxy', () => proxy),
    upstream: current,
    restart: async (other) => {
      await proxy?.dispose();
      proxy = await TestProxy.start({ ...options, ...other, origin: current.origin });
    },
  };
}
