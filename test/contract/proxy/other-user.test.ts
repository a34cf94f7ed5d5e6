import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { networkInterfaces } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { PeerOwners } from '../../../src/proxy/admission/peer-owners.ts';
import type { PeerOwner } from '../../../src/proxy/admission/peer-owners.ts';
import { proxyInFrontOf } from './fixture.ts';
import { statuses } from './raw-client.ts';
import { RecordingUpstream } from './recording-upstream.ts';

const otherUser = 54_321;

/** Sends bytes as a user from one of this machine's addresses, and prints what comes; `leaves`: see `Manner`. */
const program = `
import encodings.idna, os, socket, sys, time
family, user, port, leaves, source = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4], sys.argv[5]
if user != os.getuid():
    os.setgid(user)
    os.setuid(user)
data = sys.stdin.buffer.read()

def connected():
    if family == "6":
        client = socket.socket(socket.AF_INET6)
        client.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        client.bind(("::ffff:" + source, 0))
        client.connect(("::ffff:127.0.0.1", port))
        return client
    return socket.create_connection(("127.0.0.1", port), source_address=(source, 0))

for round in range(500 if leaves == "reset" else 1):
    client = connected()
    client.sendall(data)
    if leaves == "reset":
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, (1).to_bytes(4, sys.byteorder) + bytes(4))
        time.sleep(0.00005 * 2 ** (round % 6))
        client.close()
while leaves == "no":
    try:
        part = client.recv(65536)
    except ConnectionResetError:
        break
    if not part:
        break
    sys.stdout.buffer.write(part)
`;

interface Manner {
  readonly family?: '4' | '6';
  /** `reset`: five hundred connections, one after the other, at once or a moment later. */
  readonly leaves?: 'no' | 'close' | 'reset';
  readonly source?: string;
}

describe('A program of another user', () => {
  const { proxy, upstream } = proxyInFrontOf(RecordingUpstream);

  before(function () {
    // Only root can become another user here.
    if (process.platform !== 'linux' || process.getuid?.() !== 0) this.skip();
  });

  async function send(
    user: number,
    bytes: string,
    { family = '4', leaves = 'no', source = '127.0.0.1' }: Manner = {},
  ): Promise<string> {
    const parameters = ['-c', program, family, String(user), String(proxy.port), leaves, source];
    const run = promisify(execFile)('python3', parameters, { encoding: 'latin1', cwd: '/' });
    run.child.stdin?.end(Buffer.from(bytes, 'latin1'));
    return (await run).stdout;
  }

  function proofRequest(): string {
    return `GET /.mlflow-secrets-auth/proof?nonce=${'n'.repeat(32)} HTTP/1.1\r\nHost: 127.0.0.1:${proxy.port}\r\n\r\n`;
  }

  for (const family of ['4', '6'] as const) {
    it(`is not let in with the right token, over IPv${family}; this user is`, async () => {
      const request = proxy.request('GET /x', 'Connection: close');
      const denied = await send(otherUser, request, { family });
      assert.deepEqual(statuses(denied), [403], denied);
      assert.match(denied, /PERMISSION_DENIED.*another user/);
      assert.deepEqual(upstream.requests, []);
      assert.deepEqual(statuses(await send(0, request, { family })), [200]);
      await proxy.next('denied', ({ reason }) => reason === 'other-user');
    });
  }

  it('is not let in from any other address of this machine, nor given a proof', async () => {
    const others = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter((address) => address.family === 'IPv4' && !address.internal)
      .map(({ address }) => address);
    const request = proxy.request('GET /x', 'Connection: close');
    for (const source of ['127.0.0.2', '127.255.255.254', ...others]) {
      for (const family of ['4', '6'] as const) {
        assert.equal(await send(otherUser, request, { family, source }), '', source);
        assert.equal(await send(otherUser, proofRequest(), { family, source }), '', source);
      }
    }
    assert.deepEqual(upstream.requests, []);
  });

  it('is not let in where it sends much, or leaves at once', async () => {
    const body = 'x'.repeat(1_000_000);
    const post = proxy.request('POST /x', `Content-Length: ${body.length}`) + body;
    assert.deepEqual(statuses(await send(otherUser, post)), [403]);
    for (let round = 0; round < 10; round += 1) {
      await send(otherUser, proxy.request('POST /x', 'Content-Length: 0'), { leaves: 'close' });
    }
    assert.deepEqual(statuses(await proxy.get('/after')), [200]);
    assert.deepEqual(
      upstream.requests.map(({ target }) => target),
      ['/after'],
    );
  });

  it('is not let in by a reset that comes before anybody could look whose it is', async () => {
    const over = new AbortController();
    // A connection to the tracking server is at hand, so that a request would be sent at once.
    const user = (async () => {
      while (!over.signal.aborted)
        await Promise.all(Array.from({ length: 20 }, async () => proxy.get('/warm')));
    })();
    await send(otherUser, proxy.request('POST /x', 'Content-Length: 0'), { leaves: 'reset' });
    over.abort();
    await user;
    assert.ok(upstream.requests.every(({ target }) => target === '/warm'));
  });

  it('gets no proof, which it could pass on to a job that asks it on another machine', async () => {
    const ask = proofRequest();
    for (const family of ['4', '6'] as const) {
      const denied = await send(otherUser, ask, { family });
      assert.match(denied, /^HTTP\/1.1 403 .*another user/s, family);
    }
    const client = await proxy.connect();
    client.write(ask);
    await client.has((text) => statuses(text)[0] === 200, 'a proof for this user');
    client.destroy();
  });

  it('is not told where the tracking server is, as a browser of this user is', async () => {
    const navigation = 'Sec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n';
    const visit = `GET / HTTP/1.1\r\nHost: 127.0.0.1:${proxy.port}\r\n${navigation}\r\n`;
    const denied = await send(otherUser, visit);
    assert.match(denied, /^HTTP\/1.1 403 .*another user/s);
    assert.ok(!denied.includes(upstream.origin), denied);
    const client = await proxy.connect();
    client.write(visit);
    await client.has((text) => text.includes(`Location: ${upstream.origin}/`), 'a redirect for this user');
    client.destroy();
  });

  it('without the token makes nobody look whose it is', async () => {
    const text = await send(otherUser, proxy.request('GET /x').replace('canary-session', 'canary-wrong'));
    assert.deepEqual(statuses(text), [401]);
  });

  it('is looked for once for a connection', async () => {
    const client = await proxy.connect();
    for (let round = 0; round < 20; round += 1) {
      client.write(proxy.request(`GET /${round}`));
      await client.has((text) => statuses(text).length === round + 1, `response ${round}`);
    }
    assert.equal(upstream.requests.length, 20);
  });
});

describe('The owner of a client’s socket', () => {
  const line = (local: string, remote: string, uid: number, inode: number): string =>
    `   1: ${local} ${remote} 01 00000000:00000000 00:00000000 00000000 ${uid} 0 ${inode} 1 0 20 4 30 10 -1\n`;
  const ours = line('0100007F:1388', '0100007F:9C40', 1000, 7);
  const listening =
    '   0: 0100007F:1388 00000000:0000 0A 00000000:00000000 00:00000000 00000000 1000 0 6 1 0 20 4 30 10 -1\n';
  const mapped = '0000000000000000FFFF00000100007F';
  const theirs = (uid: number, inode = 8): string => line('0100007F:9C40', '0100007F:1388', uid, inode);

  async function ownerIn(tcp: string, tcp6 = '', platform: NodeJS.Platform = 'linux'): Promise<PeerOwner> {
    const tables = { tcp, tcp6 };
    const owners = new PeerOwners({
      platform,
      uid: 1000,
      readTable: async (name) => Promise.resolve(tables[name]),
    });
    return new Promise((resolve) =>
      owners.ask({ remotePort: 40_000, localPort: 5000, hasToken: true }, resolve),
    );
  }

  it('is this user, root, another, gone, or unknown', async () => {
    const head = '  sl  local_address rem_address   st\n';
    assert.equal(await ownerIn(head + ours + theirs(1000)), 'own');
    assert.equal(await ownerIn(head + ours + theirs(0)), 'own');
    assert.equal(await ownerIn(head + ours + theirs(1001)), 'other');
    assert.equal(await ownerIn(head + ours + theirs(65_534)), 'other');
    assert.equal(await ownerIn(head + ours + theirs(0, 0)), 'gone');
    assert.equal(await ownerIn(head + ours, line(`${mapped}:9C40`, `${mapped}:1388`, 1000, 9)), 'own');
    assert.equal(await ownerIn(head + ours, line(`${mapped}:9C40`, `${mapped}:1388`, 1001, 9)), 'other');
    assert.equal(await ownerIn(head + ours), 'other');
    assert.equal(await ownerIn(head + listening), 'gone');
    assert.equal(await ownerIn(head + listening + line('0200007F:9C40', '0100007F:1388', 1000, 8)), 'gone');
    assert.equal(await ownerIn(head), 'unknown');
    assert.equal(await ownerIn(''), 'unknown');
    assert.equal(await ownerIn(ours + theirs(1001), '', 'darwin'), 'unknown');
  });

  it('is read once for all that ask at once, or soon after each other', async () => {
    let reads = 0;
    const readTable = async (): Promise<string> => {
      reads += 1;
      await sleep(20);
      return ours + theirs(1000);
    };
    const owners = new PeerOwners({ platform: 'linux', uid: 1000, readTable });
    const ask = async (hasToken: boolean): Promise<PeerOwner> =>
      new Promise((resolve) => owners.ask({ remotePort: 40_000, localPort: 5000, hasToken }, resolve));
    const many = async (hasToken: boolean): Promise<ReadonlySet<PeerOwner>> =>
      new Set(await Promise.all(Array.from({ length: 100 }, async () => ask(hasToken))));
    assert.deepEqual(await many(true), new Set(['own']));
    assert.equal(reads, 1);
    const late = [ask(true)];
    for (let count = 0; count < 20; count += 1) {
      await new Promise(setImmediate);
      late.push(ask(true));
    }
    assert.deepEqual(new Set(await Promise.all(late)), new Set(['own']));
    assert.equal(reads, 2);
    // Strangers who come one after the other wait for the same look.
    const strangers: Promise<PeerOwner>[] = [];
    for (let count = 0; count < 20; count += 1) {
      strangers.push(ask(false));
      await new Promise(setImmediate);
    }
    assert.equal(reads, 2);
    assert.deepEqual(new Set(await Promise.all(strangers)), new Set(['own']));
    assert.equal(reads, 3);
    assert.deepEqual(await many(false), new Set(['own']));
  });
});
