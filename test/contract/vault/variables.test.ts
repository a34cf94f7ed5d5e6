import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readPluginEnvironment } from '../../../src/configuration/plugin-environment.ts';
import { Problem } from '../../../src/problem.ts';
import type { VaultConfiguration } from '../../../src/providers/vault/configuration.ts';
import { vault } from '../../../src/providers/vault/provider.ts';
import { readValues } from '../../../src/settings/setting-values.ts';
import { makeCertificates } from '../../support/servers/certificates.ts';
import type { Certificates } from '../../support/servers/certificates.ts';
import { freePort } from '../../support/servers/child.ts';
import { startOpenBao } from '../../support/servers/openbao.ts';
import type { OpenBaoServer } from '../../support/servers/openbao.ts';
import { runFolder } from '../../support/servers/run-folder.ts';
import { tools } from '../../support/setup/parts.mjs';
import { Bootstrap, vaultSources } from './fixture.ts';

const run = promisify(execFile);

/** What one of them gets: the secret, or not. */
interface Outcomes {
  readonly here: 'reads' | Problem['code'];
  readonly hvac: 'reads' | 'fails';
  /** Vault's own command line. */
  readonly cli: 'reads' | 'fails';
}

interface Row extends Outcomes {
  readonly what: string;
  /** At which address, where not at the one with a certificate for its own name. */
  readonly at?: 'otherName' | 'clients';
  readonly environment: Readonly<Record<string, string>>;
  /** A variable of which the log and the diagnosis say that it is ignored. */
  readonly ignored?: string;
}

/** `{in}`: the folder of the test. */
function rows(): readonly Row[] {
  const file = (name: string): string => `{in}/${name}`;
  const all = { here: 'reads', hvac: 'reads', cli: 'reads' } as const;
  const none = { here: 'vault.tlsUntrusted', hvac: 'fails', cli: 'fails' } as const;
  const right = { VAULT_CACERT: file('right/ca.pem') };
  const me = { VAULT_CLIENT_CERT: file('ada.pem'), VAULT_CLIENT_KEY: file('ada-key.pem') };
  const clients = { at: 'clients' } as const;
  return [
    { what: 'nothing', environment: {}, ...none },
    { what: 'VAULT_CACERT', environment: right, ...all },
    {
      what: 'VAULT_CACERT of another authority',
      environment: { VAULT_CACERT: file('other/ca.pem') },
      ...none,
    },
    { what: 'VAULT_CAPATH', environment: { VAULT_CAPATH: file('hashed') }, ...all },
    {
      what: 'VAULT_CAPATH without hashed names, which only Vault’s own command line takes',
      environment: { VAULT_CAPATH: file('right') },
      ...{ here: 'reads', hvac: 'fails', cli: 'reads' },
    },
    {
      what: 'VAULT_CACERT before VAULT_CAPATH, as for hvac',
      environment: { VAULT_CACERT: file('other/ca.pem'), VAULT_CAPATH: file('hashed') },
      ...none,
      cli: 'reads',
    },
    {
      what: 'REQUESTS_CA_BUNDLE',
      environment: { REQUESTS_CA_BUNDLE: file('right/ca.pem') },
      ...{ here: 'reads', hvac: 'reads', cli: 'fails' },
    },
    {
      what: 'CURL_CA_BUNDLE',
      environment: { CURL_CA_BUNDLE: file('right/ca.pem') },
      ...{ here: 'reads', hvac: 'reads', cli: 'fails' },
    },
    {
      what: 'VAULT_CACERT before REQUESTS_CA_BUNDLE',
      environment: { VAULT_CACERT: file('other/ca.pem'), REQUESTS_CA_BUNDLE: file('right/ca.pem') },
      ...none,
    },
    {
      what: 'VAULT_SKIP_VERIFY, which hvac does not honour either',
      environment: { VAULT_SKIP_VERIFY: 'true' },
      ignored: 'VAULT_SKIP_VERIFY',
      ...{ here: 'vault.tlsUntrusted', hvac: 'fails', cli: 'reads' },
    },
    {
      what: 'a certificate for another name',
      at: 'otherName',
      environment: right,
      ...{ here: 'vault.tlsName', hvac: 'fails', cli: 'fails' },
    },
    {
      what: 'VAULT_TLS_SERVER_NAME, which hvac has not',
      at: 'otherName',
      environment: { ...right, VAULT_TLS_SERVER_NAME: 'vault.internal' },
      ...{ here: 'reads', hvac: 'fails', cli: 'reads' },
    },
    {
      what: 'VAULT_TLS_SERVER_NAME of a third',
      environment: { ...right, VAULT_TLS_SERVER_NAME: 'vault.internal' },
      ...{ here: 'vault.tlsName', hvac: 'reads', cli: 'fails' },
    },
    { what: 'a client certificate that is asked for', ...clients, environment: { ...right, ...me }, ...all },
    {
      what: 'a client certificate and its key in one file',
      ...clients,
      environment: { ...right, VAULT_CLIENT_CERT: file('ada-both.pem') },
      ...{ here: 'reads', hvac: 'reads', cli: 'fails' },
    },
    {
      what: 'no client certificate where one is asked for',
      ...clients,
      environment: right,
      ...{ here: 'vault.clientCertificateNeeded', hvac: 'fails', cli: 'fails' },
    },
    {
      what: 'a stranger’s client certificate',
      ...clients,
      environment: {
        ...right,
        VAULT_CLIENT_CERT: file('stranger.pem'),
        VAULT_CLIENT_KEY: file('stranger-key.pem'),
      },
      ...{ here: 'vault.clientCertificateNeeded', hvac: 'fails', cli: 'fails' },
    },
    {
      what: 'a client certificate with the key of another',
      ...clients,
      environment: { ...right, ...me, VAULT_CLIENT_KEY: file('stranger-key.pem') },
      ...{ here: 'vault.clientCertificate', hvac: 'fails', cli: 'fails' },
    },
    {
      what: 'a client certificate that is not there',
      ...clients,
      environment: { ...right, ...me, VAULT_CLIENT_CERT: file('gone.pem') },
      ...{ here: 'vault.clientCertificate', hvac: 'fails', cli: 'fails' },
    },
    {
      what: 'VAULT_PROXY_ADDR of a proxy that is not there, which hvac does not use either',
      environment: { ...right, VAULT_PROXY_ADDR: 'http://127.0.0.1:9' },
      ignored: 'VAULT_PROXY_ADDR',
      ...{ here: 'reads', hvac: 'reads', cli: 'fails' },
    },
    {
      what: 'VAULT_CLIENT_TIMEOUT',
      environment: { ...right, VAULT_CLIENT_TIMEOUT: '30' },
      ignored: 'VAULT_CLIENT_TIMEOUT',
      ...all,
    },
    {
      what: 'VAULT_MAX_RETRIES',
      environment: { ...right, VAULT_MAX_RETRIES: '5' },
      ignored: 'VAULT_MAX_RETRIES',
      ...all,
    },
    {
      what: 'VAULT_HTTP_PROXY of a proxy that is not there, which hvac does not use either',
      environment: { ...right, VAULT_HTTP_PROXY: 'http://127.0.0.1:9' },
      ignored: 'VAULT_HTTP_PROXY',
      ...{ here: 'reads', hvac: 'reads', cli: 'fails' },
    },
  ];
}

describe('What Vault’s variables mean here, to hvac, and to Vault’s own command line', function () {
  this.timeout(60_000);
  let folder = '';
  let bao: OpenBaoServer;
  const addresses = { usual: '', otherName: '', clients: '' };
  const file = (name: string): string => join(folder, name);
  const { read } = vaultSources();

  before(async function () {
    this.timeout(150_000);
    folder = await runFolder('vault-variables');
    for (const one of ['right', 'other', 'internal', 'hashed']) await mkdir(file(one), { recursive: true });
    const right = await makeCertificates(file('right'), ['127.0.0.1']);
    await makeCertificates(file('other'), ['127.0.0.1']);
    const { stdout } = await run('openssl', ['x509', '-hash', '-noout', '-in', right.caFile]);
    await copyFile(right.caFile, join(file('hashed'), `${stdout.trim()}.0`));
    const internal = await internalName(right);
    for (const name of ['ada', 'stranger']) await selfSigned(name);
    await writeFile(
      file('ada-both.pem'),
      `${await readFile(file('ada-key.pem'), 'utf8')}${await readFile(file('ada.pem'), 'utf8')}`,
    );
    const listener = async (more: object): Promise<{ address: string }> => ({
      ...{
        address: `127.0.0.1:${await freePort()}`,
        tls_cert_file: right.certFile,
        tls_key_file: right.keyFile,
      },
      ...more,
    });
    const asking = { tls_require_and_verify_client_cert: true, tls_client_ca_file: file('ada.pem') };
    const listeners = [
      await listener({}),
      await listener({ tls_cert_file: internal }),
      await listener(asking),
    ];
    bao = await startOpenBao({ folder: file('bao'), listeners });
    const [usual = '', otherName = '', clients = ''] = listeners.map(({ address }) => `https://${address}`);
    Object.assign(addresses, { usual, otherName, clients });
    await bao.call('POST', 'secret/data/mlflow/auth', { data: { token: 'canary-value' } });
  });
  after(async () => bao.stop());

  /** Another certificate of that authority, with the same key. */
  async function internalName({ caFile, keyFile }: Certificates): Promise<string> {
    const [request, extensions, certFile] = ['r.csr', 'r.ext', 'r.pem'].map((name) =>
      file(`internal/${name}`),
    ) as [string, string, string];
    await run('openssl', ['req', '-new', '-key', keyFile, '-subj', '/CN=vault.internal', '-out', request]);
    await writeFile(extensions, 'subjectAltName=DNS:vault.internal\nextendedKeyUsage=serverAuth\n');
    const signing = ['-CA', caFile, '-CAkey', file('right/ca-key.pem'), '-CAcreateserial', '-days', '1'];
    await run('openssl', [
      'x509',
      '-req',
      '-in',
      request,
      ...signing,
      '-extfile',
      extensions,
      '-out',
      certFile,
    ]);
    return certFile;
  }

  async function selfSigned(name: string): Promise<void> {
    const fresh = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1'];
    const files = ['-keyout', file(`${name}-key.pem`), '-out', file(`${name}.pem`)];
    await run('openssl', ['req', '-x509', ...fresh, '-subj', `/CN=${name}`, ...files]);
  }

  function configurationIn(environment: Readonly<Record<string, string>>): VaultConfiguration {
    const path = { 'vault.path': { value: 'secret/mlflow/auth', origin: { kind: 'user' as const } } };
    const configured = vault.configure(
      readValues([path, readPluginEnvironment(environment).values]),
      environment,
    );
    assert.ok(configured.kind === 'ok');
    return configured.source;
  }

  async function here(environment: Readonly<Record<string, string>>): Promise<Outcomes['here']> {
    try {
      const configuration = configurationIn(environment);
      const { text } = await read({ configuration, bootstrap: new Bootstrap(), context: { environment } });
      assert.equal(text, '{"token":"canary-value"}');
      return 'reads';
    } catch (error) {
      assert.ok(error instanceof Problem, String(error));
      assert.doesNotMatch(`${error.message} ${error.remedy}`, /canary/);
      return error.code;
    }
  }

  /** Of another program, in that environment alone. */
  async function by(
    command: string,
    args: readonly string[],
    environment: Readonly<Record<string, string>>,
  ): Promise<'reads' | 'fails'> {
    const env = { PATH: process.env['PATH'], HOME: folder, VAULT_MAX_RETRIES: '0', ...environment };
    const { stdout } = await run(command, [...args], { env }).catch(() => ({ stdout: '' }));
    return stdout.includes('canary-value') ? 'reads' : 'fails';
  }

  it('trusts the user’s own file beside what a variable names', async () => {
    const configuration = configurationIn({
      VAULT_ADDR: addresses.usual,
      VAULT_CACERT: file('other/ca.pem'),
    });
    const bootstrap = new Bootstrap({ 'vault.token': bao.rootToken });
    const userCertificates = [await readFile(file('right/ca.pem'), 'utf8')];
    const { text } = await read({ configuration, bootstrap, context: { userCertificates } });
    assert.equal(text, '{"token":"canary-value"}');
  });

  for (const { what, at = 'usual', environment: unfilled, ignored, ...expected } of rows()) {
    it(what, async () => {
      const filled = Object.entries(unfilled).map(([name, value]) => [name, value.replace('{in}', folder)]);
      const environment = {
        ...{ VAULT_ADDR: addresses[at], VAULT_TOKEN: bao.rootToken },
        ...(Object.fromEntries(filled) as typeof unfilled),
      };
      const [ours, hvac, cli] = await Promise.all([
        here(environment),
        by(tools.python('hvac'), [join(import.meta.dirname, 'hvac_reads.py')], environment),
        by(tools.program('openbao', 'bao'), ['kv', 'get', '-field=token', 'secret/mlflow/auth'], environment),
      ]);
      assert.deepEqual({ here: ours, hvac, cli }, expected);
      const reported = readPluginEnvironment(environment).problems.map(({ variable }) => variable);
      assert.deepEqual(reported, ignored === undefined ? [] : [ignored]);
    });
  }
});
