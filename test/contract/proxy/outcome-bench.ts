import { proxyInFrontOf } from './fixture.ts';
import { ScriptedUpstream } from './scripted-upstream.ts';
import { credential, sessionToken } from './test-proxy.ts';
import type { TestProxy } from './test-proxy.ts';
import { search } from './credential-outcome-cases.ts';

export interface OutcomeBench {
  readonly proxy: TestProxy;
  readonly upstream: ScriptedUpstream;
  /** Each request gets these bytes from now on, also on a connection that there is. */
  readonly answer: (bytes: string) => void;
  /** Everything that came in response to a GET. */
  readonly ask: (path?: string) => Promise<string>;
  /** As `postedOutcomes` has them. */
  readonly posted: () => Promise<string[]>;
  /** How often the store was asked because of a rejection. */
  readonly asked: () => number;
}

/** For a `describe`: a proxy whose store always gives the same credential again, before a server that is scripted. */
export function outcomeBench(): OutcomeBench {
  const { proxy, upstream } = proxyInFrontOf(ScriptedUpstream, { lifetime: 'test' });
  let bytes = '';
  beforeEach(() => {
    upstream.script = ({ socket }) => {
      socket.on('data', () => socket.write(Buffer.from(bytes, 'latin1')));
    };
    proxy.onCredentialNeeded = () => proxy.setCredential(credential(1));
  });
  return {
    proxy,
    upstream,
    answer: (given) => {
      bytes = given;
    },
    ask: async (path = search) => proxy.get(path),
    asked: () => proxy.all('credentialNeeded').filter(({ reason }) => reason === 'rejected').length,
    posted: async () => postedOutcomes(proxy, upstream.origin),
  };
}

/** All outcomes that were posted by now, as one line each; hosts only if they are others than the tracking server's. */
export async function postedOutcomes(proxy: TestProxy, trackingServer: string): Promise<string[]> {
  // The reply comes after all that was posted before.
  await proxy.listenAnew(sessionToken);
  return proxy.all('credentialOutcome').map((message) => {
    if (message.outcome === 'accepted') return message.outcome;
    if (message.outcome === 'rejected') return `${message.outcome} ${message.detail.status}`;
    const { form, product, signInHost, origin } = message.detail;
    const host = signInHost === new URL(origin).host ? undefined : signInHost;
    const isOfUpstream = origin === trackingServer ? undefined : origin;
    const parts = [message.outcome, form, product, host, isOfUpstream];
    return parts.filter((part) => part !== undefined).join(' ');
  });
}
