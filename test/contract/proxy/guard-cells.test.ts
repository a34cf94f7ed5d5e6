import assert from 'node:assert/strict';
import { bearer, sessionToken, statuses, TestProxy, upstreamSecret } from './fixture.ts';
import { RecordingUpstream } from './recording-upstream.ts';

interface Value {
  readonly name: string;
  readonly lines: readonly string[];
  readonly target?: string;
  /** What it is answered when all that is looked at before it is right; `undefined`: let in. */
  readonly refusedWith?: number;
}

const expiredToken = 'canary-expired-token';

const tokens: readonly Value[] = [
  { name: 'right token', lines: [bearer] },
  { name: 'no token', lines: [], refusedWith: 401 },
  { name: 'wrong token', lines: ['Authorization: Bearer canary-wrong'], refusedWith: 401 },
  { name: 'expired token', lines: [`Authorization: Bearer ${expiredToken}`], refusedWith: 401 },
  { name: 'token in the query', lines: [], target: `/api/x?token=${sessionToken}`, refusedWith: 401 },
  { name: 'token in a cookie', lines: [`Cookie: token=${sessionToken}`], refusedWith: 401 },
  { name: 'token in Proxy-Authorization', lines: [`Proxy-${bearer}`], refusedWith: 401 },
  { name: 'token in X-Authorization', lines: [`X-${bearer}`], refusedWith: 401 },
];

const hosts = (port: number): readonly Value[] => [
  { name: 'right Host', lines: [`Host: 127.0.0.1:${port}`] },
  { name: 'wrong Host', lines: [`Host: evil.example:${port}`], refusedWith: 403 },
  { name: 'no Host', lines: [], refusedWith: 400 },
  { name: 'Host twice', lines: [`Host: 127.0.0.1:${port}`, `Host: 127.0.0.1:${port}`], refusedWith: 400 },
  { name: 'other port', lines: [`Host: 127.0.0.1:${port ^ 1}`], refusedWith: 403 },
  {
    name: 'absolute-form',
    lines: [`Host: 127.0.0.1:${port}`],
    target: `http://127.0.0.1:${port}/api/x`,
    refusedWith: 400,
  },
  { name: 'IPv6', lines: [`Host: [::1]:${port}`], refusedWith: 403 },
  { name: 'trailing dot', lines: [`Host: localhost.:${port}`], refusedWith: 403 },
];

const surroundings: readonly Value[] = [
  { name: 'nothing else', lines: [] },
  { name: 'Origin', lines: ['Origin: http://evil.example'], refusedWith: 403 },
  { name: 'Sec-Fetch-Site', lines: ['Sec-Fetch-Site: cross-site'], refusedWith: 403 },
  { name: 'X-Forwarded-For', lines: ['X-Forwarded-For: 127.0.0.1'], refusedWith: 403 },
  { name: 'X-Forwarded-Host', lines: ['X-Forwarded-Host: 127.0.0.1'], refusedWith: 403 },
  { name: 'Forwarded', lines: ['Forwarded: for=127.0.0.1'], refusedWith: 403 },
];

const methods: readonly Value[] = [
  ...['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].map((name) => ({ name, lines: [] })),
  ...['TRACE', 'CONNECT', 'PROPFIND'].map((name) => ({ name, lines: [], refusedWith: 405 })),
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
  return [method, host, around, token].find((value) => value.refusedWith !== undefined)?.refusedWith ?? 200;
}

describe('The whole matrix of token, Host, surroundings and method', function () {
  this.timeout(60_000);
  let upstream: RecordingUpstream;
  let proxy: TestProxy;

  before(async () => {
    upstream = await RecordingUpstream.start();
    proxy = await TestProxy.start({ origin: upstream.origin });
  });

  after(async () => {
    await proxy.close();
    await upstream.stop();
  });

  async function listen(token: string): Promise<void> {
    const before = proxy.all('listening').length;
    proxy.post({ type: 'listen', port: 0, sessionToken: token });
    proxy.port = (
      await proxy.next('listening', (said) => proxy.all('listening').indexOf(said) >= before)
    ).port;
  }

  async function send({ method, host, around, token }: Cell): Promise<number[]> {
    const target = host.target ?? token.target ?? '/api/x';
    const lines = [...host.lines, ...around.lines, ...token.lines, 'Content-Length: 0', 'Connection: close'];
    return statuses(
      await proxy.exchange(`${method.name} ${target} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`),
    );
  }

  it('lets in the right cells and no other, each refused for its first fault', async () => {
    // The expired token was good once.
    await listen(expiredToken);
    const expired = tokens.find(({ name }) => name === 'expired token')!;
    assert.deepEqual(await send({ ...cellsOf(proxy.port)[0]!, token: expired }), [200]);
    await listen(sessionToken);
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
