import assert from 'node:assert/strict';
import dns from 'node:dns';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { UpstreamAddress } from '../../../../src/proxy/upstream/address.ts';
import { dial } from '../../../../src/proxy/upstream/dial.ts';
import { DialError } from '../../../../src/proxy/upstream/dial-error.ts';

const nowhere = new UpstreamAddress({
  id: '',
  origin: 'http://mlflow.company.example',
  basePath: '',
  httpProxy: { url: 'socks5://proxy.company.example', from: 'http.proxy' },
  trust: { kind: 'roots', added: [], isComplete: true },
  clientCertificate: undefined,
});

const plainWay = {
  httpProxy: undefined,
  trust: { kind: 'roots', added: [], isComplete: true },
  clientCertificate: undefined,
} as const;

describe('An attempt to connect to the tracking server', () => {
  let server: Server;

  beforeEach(async () => {
    server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(() => server.close());

  const address = (): UpstreamAddress =>
    new UpstreamAddress({
      id: '',
      basePath: '',
      origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      httpProxy: undefined,
      trust: { kind: 'roots', added: [], isComplete: true },
      clientCertificate: undefined,
    });

  it('that fails at once says so later, as any other does', async () => {
    let hasReturned = false;
    const result = new Promise((resolve) => {
      dial(nowhere, (failure) => resolve([hasReturned, failure]));
      hasReturned = true;
    });
    assert.deepEqual(await result, [true, new DialError('PROXY_SCHEME')]);
  });

  it('says whether it is the name or the server that nobody answers for', async () => {
    const failureOf = async (origin: string): Promise<unknown> => {
      const { trust, httpProxy, clientCertificate } = plainWay;
      const at = new UpstreamAddress({ id: '', basePath: '', origin, httpProxy, trust, clientCertificate });
      return new Promise((resolve) => dial(at, resolve, 50));
    };
    const { lookup } = dns;
    const never: unknown = () => undefined;
    dns.lookup = never as typeof dns.lookup;
    try {
      for (const scheme of ['http', 'https'])
        assert.deepEqual(await failureOf(`${scheme}://mlflow.company.example`), new DialError('EAI_AGAIN'));
    } finally {
      dns.lookup = lookup;
    }
    const { port } = server.address() as AddressInfo;
    assert.deepEqual(await failureOf(`https://127.0.0.1:${port}`), new DialError('ETIMEDOUT'));
  });

  it('that was cancelled calls nobody back, whether it has failed already or would succeed', async () => {
    const called = (): void => assert.fail('a cancelled attempt called back');
    dial(nowhere, called)();
    const accepted = once(server, 'connection');
    const cancel = dial(address(), called);
    cancel();
    await Promise.race([accepted, new Promise((resolve) => setTimeout(resolve, 50))]);
    await new Promise((resolve) => setImmediate(resolve));
  });

  it('leaves a connection alone that was handed over, when it is cancelled afterwards', async () => {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const cancel = dial(address(), (result) => {
      if (result instanceof Error) reject(result);
      else {
        result.listen((bytes) => resolve(bytes.toString()));
        setImmediate(cancel);
      }
    });
    const [other] = (await once(server, 'connection')) as [NodeJS.WritableStream];
    setTimeout(() => other.end('hello'), 20);
    assert.equal(await promise, 'hello');
  });
});
