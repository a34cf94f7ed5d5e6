import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { CredentialState, Upstream } from '../../../../src/proxy/messages.ts';
import { isSameServer } from '../../../../src/proxy/server.ts';
import { failed, other, ready, refused, server, SharedBench } from './shared-bench.ts';
import type { Window } from './shared-bench.ts';

/** Windows of one folder may have different settings, as those of one person in two browsers have. */
const upstreams: readonly Upstream[] = [
  server,
  { ...server, trust: { kind: 'any' } },
  { ...server, httpProxy: { url: 'http://proxy.company.com:3128', from: 'HTTPS_PROXY' } },
  { ...server, basePath: '/other' },
  { ...server, origin: 'https://elsewhere.company.com' },
  other,
];
const sources = ['one', 'two'];

interface Connection {
  readonly upstream: Upstream;
  readonly of: string;
}

type Act = readonly [window: number, act: (window: Window, connection: Connection) => void];

/** A credential that says of itself which connection it is of. */
function credentialOf(
  { upstream, of }: Connection,
  round: number,
): Extract<CredentialState, { kind: 'ready' }> {
  const place = upstreams.findIndex((one) => isSameServer(one, upstream));
  return { ...ready(`${of}-${place}-${round}`, round), refreshAt: 1e9, expiresAt: 2e9 };
}

const acts: readonly Act[1][] = [
  (window, { upstream, of }) => window.connect(credentialOf({ upstream, of }, 1), { upstream, of }),
  (window, connection) => window.say({ type: 'credential', credential: credentialOf(connection, 2) }),
  (window, { of }) => window.say({ type: 'credential', credential: failed(of) }),
  (window, { of }) => window.say({ type: 'credential', credential: { kind: 'pending', of } }),
  (window, { upstream }) => window.say({ type: 'upstream', upstream }),
  (window) =>
    window.say({ type: 'upstream', upstream: undefined }, { type: 'credential', credential: refused }),
  (window) => window.leave(),
  (window) => window.say({ type: 'end', forAll: false }),
];

/** What the proxy would send, and where: it drops a credential by itself once the tracking server is another. */
function inUse(bench: SharedBench): { upstream: Upstream | undefined; credential: string } {
  let upstream: Upstream | undefined;
  let credential = '';
  for (const message of bench.told) {
    if (message.type === 'upstream') {
      if (upstream !== undefined && !isSameServer(upstream, message.upstream)) credential = '';
      upstream = message.upstream;
    } else if (message.type === 'credential') {
      credential = message.credential.kind === 'ready' ? message.credential.headerValue : '';
    }
  }
  return { upstream, credential };
}

describe('A proxy that windows with different settings share', () => {
  const connection = fc.record({ upstream: fc.constantFrom(...upstreams), of: fc.constantFrom(...sources) });
  const steps = fc.array(fc.tuple(fc.nat(2), fc.nat(acts.length - 1), connection), {
    minLength: 1,
    maxLength: 14,
  });

  it('takes no credential of a window that has no tracking server', () => {
    const bench = new SharedBench();
    const [first, second] = [bench.attach(), bench.attach()];
    first.connect(ready('first'), { upstream: other });
    second.connect(ready('second'));
    second.say({ type: 'upstream', upstream: undefined }, { type: 'credential', credential: refused });
    second.say({ type: 'credential', credential: ready('late', 2) });
    first.say({ type: 'credential', credential: { kind: 'pending', of: 'one' } });
    const { credential } = inUse(bench);
    assert.ok(!credential.endsWith('late'));
  });

  it('sends no credential to another server, or on another way to it, than a window of the same connection has begun, in whatever order they speak', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const bench = new SharedBench();
        const windows: (Window | undefined)[] = [];
        const connections: (Connection | undefined)[] = [];
        const begun = new Set<string>();
        for (const [index, act, wanted] of all) {
          const window = (windows[index] ??= bench.attach());
          // A window brings credentials of the connection that it has begun.
          if (act === 0 || connections[index] === undefined) connections[index] = wanted;
          if (act !== 0 && connections[index] === wanted) acts[0]?.(window, wanted);
          begun.add(JSON.stringify(connections[index]));
          acts[act]?.(window, connections[index]);
          if (act >= 6) windows[index] = connections[index] = undefined;
          const { upstream, credential } = inUse(bench);
          if (credential === '' || upstream === undefined) continue;
          const [, of = '', place = ''] = /canary-(\w+)-(\d)-\d$/.exec(credential) ?? [];
          const where = upstreams[Number(place)];
          assert.ok(
            where !== undefined && isSameServer(where, upstream),
            `${credential} to ${upstream.origin}`,
          );
          assert.ok(
            begun.has(JSON.stringify({ upstream, of })),
            `${credential} on a way of another connection`,
          );
        }
      }),
      { numRuns: 400 },
    );
  });
});
