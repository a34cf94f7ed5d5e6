import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Problem } from '../../../src/problem.ts';
import { serverVerification } from '../../../src/network/server-verification.ts';
import { serverTrust } from '../../../src/network/server-trust.ts';
import { makeCertificates } from '../../support/servers/certificates.ts';
import type { Certificates } from '../../support/servers/certificates.ts';
import { runFolder } from '../../support/servers/run-folder.ts';
import { TestProxy } from '../proxy/test-proxy.ts';
import { askMlflow } from './requests-routes.ts';

/** `cannot`: a file that is named cannot be read. */
type Outcome = 'let in' | 'not trusted' | 'cannot';

describe('What vouches for the tracking server, beside MLflow’s client in the same environment,', function () {
  this.timeout(120_000);
  let folder: string;
  let right: Certificates;
  let other: Certificates;
  let rightFolder: string;
  let server: Server;

  before(async () => {
    folder = await runFolder('tls-variables');
    const [rightAt, otherAt] = [join(folder, 'right'), join(folder, 'other')];
    for (const one of [rightAt, otherAt]) await mkdir(one, { recursive: true });
    right = await makeCertificates(rightAt, ['localhost']);
    other = await makeCertificates(otherAt, ['localhost']);
    rightFolder = join(folder, 'hashed');
    await mkdir(rightFolder, { recursive: true });
    const { stdout } = await promisify(execFile)('openssl', ['x509', '-hash', '-noout', '-in', right.caFile]);
    await copyFile(right.caFile, join(rightFolder, `${stdout.trim()}.0`));
    await writeFile(join(rightFolder, 'README'), 'not one of them');
    server = createServer({ cert: right.cert, key: right.key }, (_request, response) =>
      response.end('let in'),
    );
    await once(server.listen(0, '127.0.0.1'), 'listening');
  });
  after(() => server.close());

  interface Row {
    readonly what: string;
    readonly environment: () => Readonly<Record<string, string>>;
    readonly expected: Outcome;
    /** Where we differ, and why. */
    readonly pythons?: Outcome;
  }
  const bundle = 'REQUESTS_CA_BUNDLE';
  const own = 'MLFLOW_TRACKING_SERVER_CERT_PATH';
  const insecure = 'MLFLOW_TRACKING_INSECURE_TLS';
  const rows: readonly Row[] = [
    { what: 'nothing', environment: () => ({}), expected: 'not trusted' },
    { what: bundle, environment: () => ({ [bundle]: right.caFile }), expected: 'let in' },
    {
      what: `${bundle}, which is another’s`,
      environment: () => ({ [bundle]: other.caFile }),
      expected: 'not trusted',
    },
    { what: `${bundle} as a folder`, environment: () => ({ [bundle]: rightFolder }), expected: 'let in' },
    {
      what: `${bundle} that is not there`,
      environment: () => ({ [bundle]: join(folder, 'none') }),
      expected: 'cannot',
    },
    { what: 'CURL_CA_BUNDLE', environment: () => ({ CURL_CA_BUNDLE: right.caFile }), expected: 'let in' },
    {
      what: `${bundle} before CURL_CA_BUNDLE`,
      environment: () => ({ [bundle]: other.caFile, CURL_CA_BUNDLE: right.caFile }),
      expected: 'not trusted',
    },
    { what: own, environment: () => ({ [own]: right.caFile }), expected: 'let in' },
    {
      what: `${own} before ${bundle}`,
      environment: () => ({ [own]: right.caFile, [bundle]: other.caFile }),
      expected: 'let in',
    },
    {
      what: `${own} alone, although ${bundle} would do`,
      environment: () => ({ [own]: other.caFile, [bundle]: right.caFile }),
      expected: 'not trusted',
    },
    {
      what: `${own}, the server’s own`,
      environment: () => ({ [own]: right.certFile }),
      expected: 'let in',
      pythons: 'not trusted',
    },
    { what: insecure, environment: () => ({ [insecure]: 'True' }), expected: 'let in' },
    { what: `${insecure} set to no`, environment: () => ({ [insecure]: 'false' }), expected: 'not trusted' },
    {
      what: `${insecure} before ${bundle}`,
      environment: () => ({ [insecure]: '1', [bundle]: other.caFile }),
      expected: 'let in',
    },
    {
      what: `${insecure} that is no such word, which stops MLflow and not us`,
      environment: () => ({ [insecure]: 'yes', [bundle]: right.caFile }),
      expected: 'let in',
      pythons: 'cannot',
    },
    {
      what: `${insecure} beside ${own}, which stops MLflow; the stricter counts`,
      environment: () => ({ [insecure]: 'true', [own]: other.caFile }),
      expected: 'not trusted',
      pythons: 'cannot',
    },
    {
      what: `an empty ${own}, which requests takes for no check at all`,
      environment: () => ({ [own]: '' }),
      expected: 'not trusted',
      pythons: 'let in',
    },
    {
      what: 'SSL_CERT_FILE, which requests does not read',
      environment: () => ({ SSL_CERT_FILE: right.caFile }),
      expected: 'let in',
      pythons: 'not trusted',
    },
    {
      what: 'SSL_CERT_DIR, which requests does not read',
      environment: () => ({ SSL_CERT_DIR: rightFolder }),
      expected: 'let in',
      pythons: 'not trusted',
    },
    {
      what: `nothing but ${bundle} where it is set`,
      environment: () => ({ [bundle]: other.caFile, SSL_CERT_FILE: right.caFile }),
      expected: 'not trusted',
    },
  ];

  const origin = (): string => `https://localhost:${(server.address() as AddressInfo).port}`;

  it('is asked of MLflow for the whole table', async () => {
    const answers = await askMlflow(rows.map((row) => ({ url: origin(), environment: row.environment() })));
    const theirs = answers.map(({ text = '', error = '' }): Outcome => {
      if (text === 'let in') return 'let in';
      return /CERTIFICATE_VERIFY_FAILED|SSLError/.test(text + error) ? 'not trusted' : 'cannot';
    });
    assert.deepEqual(
      rows.map(({ what }, index) => [what, theirs[index]]),
      rows.map(({ what, expected, pythons = expected }) => [what, pythons]),
    );
  });

  for (const { what, environment, expected } of rows) {
    it(`is ${what}: ${expected}`, async () => {
      assert.equal(await through(environment()), expected);
    });
  }

  async function through(environment: Readonly<Record<string, string>>): Promise<Outcome> {
    const trusted = await serverTrust(serverVerification(environment), {
      ...{ caFile: undefined, nodeCaFile: undefined },
      system: [],
    }).catch((error: unknown) => {
      assert.ok(error instanceof Problem && error.code === 'settings.certificateVariable');
      return undefined;
    });
    if (trusted === undefined) return 'cannot';
    const proxy = await TestProxy.start({ origin: origin(), trust: trusted });
    try {
      const answer = await proxy.get('/api/x');
      return answer.includes('upstream.tlsUntrusted')
        ? 'not trusted'
        : answer.endsWith('let in')
          ? 'let in'
          : 'cannot';
    } finally {
      await proxy.dispose();
    }
  }
});
