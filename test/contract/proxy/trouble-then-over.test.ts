import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { ProblemCode } from '../../../src/problem-catalogue.ts';
import { proxyInFrontOf } from './fixture.ts';
import { statuses } from './raw-client.ts';
import { RecordingUpstream } from './recording-upstream.ts';
import { credential } from './test-proxy.ts';

/**
 * What the proxy says of the credential that it waits for, and of itself. What is wrong with a request is in
 * `denied-then-let-in.test.ts`, its port in `test/unit/connection/mending.test.ts`, another machine in `test/causes`.
 */
type Code =
  | Extract<ProblemCode, 'secret.timeout' | 'secret.refreshTimeout' | 'secret.changed' | 'secret.unusable'>
  | Extract<
      ProblemCode,
      'proxy.notConnected' | 'proxy.connecting' | 'proxy.tooManyConnections' | 'proxy.otherUser'
    >;

interface Trouble {
  /** Makes a request that gets this code. */
  readonly meet: () => Promise<string>;
  /** What ends it, as the catalogue says. */
  readonly mend: () => Promise<void> | void;
}

const anotherUser = 54_321;

/** Sends what it reads to the port, and prints what comes. */
const program = `
import socket, sys
client = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
client.sendall(sys.stdin.buffer.read())
while part := client.recv(65536):
    sys.stdout.buffer.write(part)
`;

describe('After trouble of the proxy', function () {
  this.timeout(60_000);
  const { proxy, upstream, restart } = proxyInFrontOf(RecordingUpstream, { lifetime: 'test' });

  /** The server takes this version of the credential alone. */
  function accept(version: number): void {
    const { headerValue } = credential(version);
    upstream.answer = ({ fields }, response) => {
      const isAccepted = fields.includes(`Authorization: ${headerValue}`);
      response.writeHead(isAccepted ? 200 : 401, { 'content-type': 'text/plain' }).end('said');
    };
  }

  const get = async (): Promise<string> => proxy.get('/api/x');

  async function upload(): Promise<string> {
    // More than is kept for sending it again.
    const size = 8 * 2 ** 20;
    const client = await proxy.connect(
      proxy.request('PUT /artifact', `Content-Length: ${size}`, 'Connection: close'),
    );
    client.write(Buffer.alloc(size));
    await client.ended();
    return client.text;
  }

  const troubles: Readonly<Record<Code, Trouble>> = {
    'secret.timeout': {
      meet: async () => {
        await restart({ credential: { kind: 'pending' }, limits: { gate: { credentialTimeoutMs: 50 } } });
        return get();
      },
      mend: () => proxy.setCredential(credential(1)),
    },
    'secret.refreshTimeout': {
      meet: async () => {
        await restart({ limits: { gate: { rejectionTimeoutMs: 50 } } });
        accept(2);
        return get();
      },
      mend: () => proxy.setCredential(credential(2)),
    },
    'secret.changed': {
      meet: async () => {
        accept(2);
        proxy.onCredentialNeeded = () => proxy.setCredential(credential(2));
        return upload();
      },
      mend: () => undefined,
    },
    'secret.unusable': {
      meet: async () => {
        proxy.setCredential(credential(1, { headerValue: 'Bearer a\r\nX: y' }));
        return get();
      },
      mend: () => proxy.setCredential(credential(2)),
    },
    'proxy.notConnected': {
      meet: async () => {
        proxy.post({ type: 'upstream', upstream: undefined });
        proxy.setCredential(credential(1));
        return get();
      },
      mend: () => {
        proxy.setUpstream(upstream.origin);
        proxy.setCredential(credential(1));
      },
    },
    'proxy.connecting': {
      meet: async () => {
        await restart({ credential: { kind: 'pending' }, limits: { gate: { credentialTimeoutMs: 50 } } });
        proxy.post({ type: 'upstream', upstream: undefined });
        return get();
      },
      mend: () => {
        proxy.setUpstream(upstream.origin);
        proxy.setCredential(credential(1));
      },
    },
    'proxy.tooManyConnections': {
      meet: async () => {
        await restart({ limits: { maxConnections: 2 } });
        const { answer } = upstream;
        upstream.answer = () => undefined;
        const busy = [
          await proxy.connect(proxy.request('GET /1')),
          await proxy.connect(proxy.request('GET /2')),
        ];
        await upstream.has(() => (upstream.requests.length === 2 ? true : undefined), 'two requests');
        const text = await get();
        for (const client of busy) client.destroy();
        upstream.answer = answer;
        return text;
      },
      // The connections of the clients that have ended are gone in a moment.
      mend: async () => {
        while (!statuses(await get()).includes(200)) await new Promise((resolve) => setImmediate(resolve));
      },
    },
    'proxy.otherUser': {
      meet: async () => {
        const user = { uid: anotherUser, gid: anotherUser, cwd: '/' };
        const run = promisify(execFile)('python3', ['-c', program, String(proxy.port)], user);
        run.child.stdin?.end(proxy.request('GET /api/x', 'Connection: close'));
        return (await run).stdout;
      },
      mend: () => undefined,
    },
  };

  for (const [code, { meet, mend }] of Object.entries(troubles)) {
    it(`with ${code}, a request succeeds once it is over`, async function () {
      // Only root can become another user here.
      const canBeAnother = process.platform === 'linux' && process.getuid?.() === 0;
      if (code === 'proxy.otherUser' && !canBeAnother) this.skip();
      const text = await meet();
      assert.ok(text.includes(`(${code})`), text);
      await mend();
      assert.deepEqual(statuses(code === 'secret.changed' ? await upload() : await get()), [200]);
    });
  }
});
