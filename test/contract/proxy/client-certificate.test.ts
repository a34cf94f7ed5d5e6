import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readClientCertificate } from '../../../src/network/client-certificate.ts';
import type { ClientCertificate } from '../../../src/network/client-certificate.ts';
import { Problem } from '../../../src/problem.ts';
import { makeCertificates } from '../../support/servers/certificates.ts';
import type { Certificates } from '../../support/servers/certificates.ts';
import { startOnFreePort } from '../../support/servers/child.ts';
import { tools } from '../../support/setup/parts.mjs';
import { runFolder } from '../../support/servers/run-folder.ts';
import { askMlflow } from '../python/requests-routes.ts';
import { statuses } from './raw-client.ts';
import { TestProxy } from './test-proxy.ts';

const openssl = async (...args: readonly string[]): Promise<unknown> =>
  promisify(execFile)('openssl', [...args]);

interface Demanding {
  readonly origin: string;
  stop(): Promise<void> | void;
}

describe('A tracking server that asks for a client certificate', function () {
  this.timeout(60_000);
  let folder: string;
  let certificates: Certificates;
  let proxy: TestProxy | undefined;
  /** Of people: certificate and key apart, and in one file. */
  const people = { ada: '', stranger: '' };
  const file = (name: string): string => join(folder, name);

  before(async () => {
    folder = await runFolder('client-certificate');
    await mkdir(folder, { recursive: true });
    certificates = await makeCertificates(folder, ['localhost']);
    for (const name of ['ada', 'stranger'] as const) {
      const [key, cert] = [file(`${name}-key.pem`), file(`${name}.pem`)];
      const fresh = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1'];
      await openssl('req', '-x509', ...fresh, '-subj', `/CN=${name}`, '-keyout', key, '-out', cert);
      people[name] = file(`${name}-both.pem`);
      await writeFile(people[name], (await readFile(key, 'utf8')) + (await readFile(cert, 'utf8')));
    }
    await openssl(
      'pkey',
      '-in',
      file('ada-key.pem'),
      '-aes256',
      '-passout',
      'pass:canary',
      '-out',
      file('locked.pem'),
    );
    await writeFile(
      file('locked-both.pem'),
      (await readFile(file('locked.pem'), 'utf8')) + (await readFile(file('ada.pem'), 'utf8')),
    );
    await writeFile(file('no-key.pem'), await readFile(file('ada.pem'), 'utf8'));
    await writeFile(
      file('garbled.pem'),
      '-----BEGIN CERTIFICATE-----\nno\n-----END CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----\nno\n-----END PRIVATE KEY-----\n',
    );
  });

  const listens = async (port: number): Promise<boolean> => {
    const socket = connect(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      return true;
    } catch {
      return false;
    } finally {
      socket.destroy();
    }
  };

  async function pythonServer(version: 'TLSv1_2' | 'TLSv1_3'): Promise<Demanding> {
    const { certFile, keyFile } = certificates;
    const { port, stop } = await startOnFreePort((free) => ({
      command: tools.python('mlflow'),
      args: [
        join(import.meta.dirname, 'demanding_server.py'),
        ...[String(free), version, certFile, keyFile, file('ada.pem')],
      ],
      logFile: file(`${version}.log`),
      cwd: folder,
      env: process.env,
      isReady: async () => listens(free),
      readyWithinMs: 30_000,
    }));
    return { origin: `https://localhost:${port}`, stop };
  }

  async function nginx(): Promise<Demanding> {
    const home = file('nginx');
    await mkdir(home, { recursive: true });
    const { port, stop } = await startOnFreePort((free) => {
      const server = [
        `listen 127.0.0.1:${free} ssl;`,
        `ssl_certificate ${certificates.certFile}; ssl_certificate_key ${certificates.keyFile};`,
        `ssl_client_certificate ${file('ada.pem')}; ssl_verify_client on;`,
        `location / { return 200 "let in: $ssl_client_s_dn"; }`,
      ].join(' ');
      const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
        (one) => `${one}_temp_path ${home};`,
      );
      const text = `daemon off; pid ${home}/pid; error_log ${home}/error.log; events {} http { access_log off; ${temporary.join(' ')} server { ${server} } }`;
      return {
        command: 'sh',
        args: [
          '-c',
          `printf %s "$0" > ${home}/nginx.conf; exec /usr/sbin/nginx -p ${home} -c ${home}/nginx.conf`,
          text,
        ],
        logFile: file('nginx.log'),
        cwd: home,
        env: process.env,
        isReady: async () => listens(free),
        readyWithinMs: 30_000,
      };
    });
    return { origin: `https://localhost:${port}`, stop };
  }

  afterEach(async () => {
    await proxy?.dispose();
    proxy = undefined;
  });

  async function ask(
    { origin }: Demanding,
    clientCertificate: ClientCertificate | undefined,
  ): Promise<string> {
    proxy = await TestProxy.start({ origin, extraCertificates: [certificates.ca], clientCertificate });
    return proxy.get('/api/x');
  }

  const servers: readonly (readonly [string, () => Promise<Demanding>])[] = [
    ['by Python, TLS 1.2', async () => pythonServer('TLSv1_2')],
    ['by Python, TLS 1.3', async () => pythonServer('TLSv1_3')],
    ['behind nginx', nginx],
  ];
  for (const [name, start] of servers) {
    describe(name, () => {
      let server: Demanding;
      before(async () => {
        server = await start();
      });
      after(async () => server.stop());

      it('lets in who has one, with MLflow’s own client and through the local proxy', async () => {
        const environment = {
          MLFLOW_TRACKING_CLIENT_CERT_PATH: people.ada,
          MLFLOW_TRACKING_SERVER_CERT_PATH: certificates.caFile,
        };
        const [direct] = await askMlflow([{ url: server.origin, environment }]);
        assert.match(direct?.text ?? '', /^let in: .*ada/);
        const files = { certFile: people.ada, keyFile: undefined };
        const answer = await ask(server, await readClientCertificate(files));
        assert.match(answer, /let in: .*ada$/);
      });

      for (const [who, code] of [
        ['nobody', 'clientCertificateRequired'],
        ['stranger', 'clientCertificateRejected'],
      ] as const) {
        it(`is named as what it is to ${who}, and is no longer in trouble once the right one is there`, async () => {
          const files = { certFile: people.stranger, keyFile: undefined };
          const answer = await ask(server, who === 'nobody' ? undefined : await readClientCertificate(files));
          assert.deepEqual(statuses(answer), [424], answer);
          assert.match(answer, new RegExp(`client certificate.*upstream\\.${code}`));
          assert.doesNotMatch(answer, /PRIVATE KEY|canary-upstream/);
          await proxy!.next('upstreamTrouble', ({ message }) => message?.includes(code) === true);
          const clientCertificate = await readClientCertificate({
            certFile: file('ada.pem'),
            keyFile: file('ada-key.pem'),
          });
          proxy!.setUpstream(server.origin, { extraCertificates: [certificates.ca], clientCertificate });
          assert.match(await proxy!.get('/api/x'), /let in: .*ada$/);
          assert.equal(proxy!.all('upstreamTrouble').at(-1)?.message, undefined);
        });
      }
    });
  }

  describe('with files that cannot be used', () => {
    const rows: readonly (readonly [string, () => { certFile: string; keyFile?: string }, string])[] = [
      ['no file', () => ({ certFile: file('none.pem') }), 'Missing'],
      ['no file of the key', () => ({ certFile: file('ada.pem'), keyFile: file('none.pem') }), 'Missing'],
      ['a folder', () => ({ certFile: folder }), 'Unreadable'],
      ['no key in it', () => ({ certFile: file('no-key.pem') }), 'Unreadable'],
      ['no certificate in it', () => ({ certFile: file('ada-key.pem') }), 'Unreadable'],
      ['garbage in it', () => ({ certFile: file('garbled.pem') }), 'Unreadable'],
      [
        'the key of another',
        () => ({ certFile: file('ada.pem'), keyFile: file('stranger-key.pem') }),
        'KeyMismatch',
      ],
      ['an encrypted key', () => ({ certFile: file('locked-both.pem') }), 'KeyEncrypted'],
    ];
    for (const [what, files, code] of rows) {
      it(`is named: ${what}`, async () => {
        const { certFile, keyFile } = files();
        await assert.rejects(readClientCertificate({ certFile, keyFile }), (error: unknown) => {
          assert.ok(error instanceof Problem);
          assert.equal(error.code, `upstream.clientCertificate${code}`);
          assert.doesNotMatch(`${error.message} ${error.remedy}`, /PRIVATE KEY|BEGIN/);
          return true;
        });
      });
    }
  });
});
