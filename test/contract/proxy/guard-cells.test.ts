import assert from 'node:assert/strict';
import { proxyInFrontOf } from './fixture.ts';
import { statuses } from './raw-client.ts';
import { RecordingUpstream } from './recording-upstream.ts';
import { bearer, sessionToken, upstreamSecret } from './test-proxy.ts';

interface Value {
  readonly name: string;
  readonly lines: readonly string[];
  readonly target?: string;
  /** What it is answered when all that is looked at before it is right; `undefined`: let in. */
  readonly deniedWith?: number;
}

const expiredToken = 'canary-expired-token';

const tokens: readonly Value[] = [
  { name: 'right token', lines: [bearer] },
  { name: 'no token', lines: [], deniedWith: 401 },
  { name: 'wrong token', lines: ['Authorization: Bearer canary-wrong'], deniedWith: 401 },
  { name: 'expired token', lines: [`Authorization: Bearer ${expiredToken}`], deniedWith: 401 },
  { name: 'token in the query', lines: [], target: `/api/x?token=${sessionToken}`, deniedWith: 401 },
  { name: 'token in a cookie', lines: [`Cookie: token=${sessionToken}`], deniedWith: 401 },
  { name: 'token in Proxy-Authorization', lines: [`Proxy-${bearer}`], deniedWith: 401 },
  { name: 'token in X-Authorization', lines: [`X-${bearer}`], deniedWith: 401 },
];

const hosts = (port: number): readonly Value[] => [
  { name: 'right Host', lines: [`Host: 127.0.0.1:${port}`] },
  { name: 'wrong Host', lines: [`Host: evil.example:${port}`], deniedWith: 403 },
  { name: 'no Host', lines: [], deniedWith: 400 },
  { name: 'Host twice', lines: [`Host: 127.0.0.1:${port}`, `Host: 127.0.0.1:${port}`], deniedWith: 400 },
  { name: 'other port', lines: [`Host: 127.0.0.1:${port ^ 1}`], deniedWith: 403 },
  {
    name: 'absolute-form',
    lines: [`Host: 127.0.0.1:${port}`],
    target: `http://127.0.0.1:${port}/api/x`,
    deniedWith: 400,
  },
  { name: 'IPv6', lines: [`Host: [::1]:${port}`], deniedWith: 403 },
  { name: 'trailing dot', lines: [`Host: localhost.:${port}`], deniedWith: 403 },
];

const surroundings: readonly Value[] = [
  { name: 'nothing else', lines: [] },
  { name: 'Origin', lines: ['Origin: http://evil.example'], deniedWith: 403 },
  { name: 'Sec-Fetch-Site', lines: ['Sec-Fetch-Site: cross-site'], deniedWith: 403 },
  { name: 'X-Forwarded-For', lines: ['X-Forwarded-For: 127.0.0.1'], deniedWith: 403 },
  { name: 'X-Forwarded-Host', lines: ['X-Forwarded-Host: 127.0.0.1'], deniedWith: 403 },
  { name: 'Forwarded', lines: ['Forwarded: for=127.0.0.1'], deniedWith: 403 },
];

const methods: readonly Value[] = [
  ...['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].map((name) => ({ name, lines: [] })),
  ...['TRACE', 'CONNECT', 'PROPFIND'].map((name) => ({ name, lines: [], deniedWith: 405 })),
];

interface Cell {
  readonly method: Value;
  readonly host: Value;
  readonly around: Value;
  readonly token: Value;
}

function cellsOf(port: number): Cell[] {
  return methods.flatMap((method) =>
    hosts(port).flatMap((host) =>
      surroundings.flatMap((around) => tokens.map((token) => ({ method, host, around, token }))),
    ),
  );
}

/** The first of its faults in the order in which they are looked at: the token last, so that it is never tried for others. */
function expected({ method, host, around, token }: Cell): number {
  // A target that is not in origin-form is no request line at all.
  if (host.target !== undefined) return 400;
  return [method, host, around, token].find((value) => value.deniedWith !== undefined)?.deniedWith ?? 200;
}

describe('The guard, for every combination of token, Host, surroundings and method,', function () {
  this.timeout(300_000);
  const { proxy, upstream } = proxyInFrontOf(RecordingUpstream);

  async function send({ method, host, around, token }: Cell): Promise<number[]> {
    const target = host.target ?? token.target ?? '/api/x';
    const lines = [...host.lines, ...around.lines, ...token.lines, 'Content-Length: 0', 'Connection: close'];
    return statuses(
      await proxy.exchange(`${method.name} ${target} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`),
    );
  }

  it('lets in the right combinations and no others, each denied for its first fault', async () => {
    // The expired token was good once.
    await proxy.listenAnew(expiredToken);
    const expired = tokens.find(({ name }) => name === 'expired token')!;
    assert.deepEqual(await send({ ...cellsOf(proxy.port)[0]!, token: expired }), [200]);
    await proxy.listenAnew(sessionToken);
    upstream.forget();

    const cells = cellsOf(proxy.port);
    for (let from = 0; from < cells.length; from += 64) {
      await Promise.all(
        cells.slice(from, from + 64).map(async (cell) => {
          const name = [cell.method, cell.host, cell.around, cell.token].map((one) => one.name).join(', ');
          assert.deepEqual(await send(cell), [expected(cell)], name);
        }),
      );
    }
    assert.equal(cells.length, 3840);
    const letIn = cells.filter((cell) => expected(cell) === 200);
    assert.equal(letIn.length, 7);
    assert.deepEqual(
      upstream.requests.map(({ method, target }) => `${method} ${target}`).sort(),
      letIn.map(({ method }) => `${method.name} /api/x`).sort(),
    );
    for (const { fields } of upstream.requests) {
      assert.equal(fields.filter((field) => field.includes(upstreamSecret)).length, 1);
      assert.ok(!fields.join().includes(sessionToken));
    }
  });
});
