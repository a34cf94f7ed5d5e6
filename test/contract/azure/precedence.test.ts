import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { tools } from '../../support/setup/parts.mjs';
import { clientId, clientSecret, tenantId } from '../../support/servers/token-service.ts';
import { azureFixture } from './fixture.ts';

/** Found before a test gives the process another home folder. */
const python = tools.python('azure-identity');
const ownScript = join(import.meta.dirname, 'signs-in-here.ts');
const script = join(import.meta.dirname, 'azure_identity_signs_in.py');

type Part = 'secret' | 'certificate' | 'workload' | 'machine' | 'cli';

interface Row {
  readonly what: string;
  readonly parts: readonly Part[];
  readonly variables?: Readonly<Record<string, string>>;
  /** Who is asked first; `nobody` where nobody can be. */
  readonly asked: string;
}

const withSecret = `token service, for ${clientId}`;
const withAssertion = `token service, for ${clientId} with an assertion`;
const machine = `machine, for ${clientId}`;

/** In the same environment the same one is asked first. */
const rows: readonly Row[] = [
  { what: 'a client secret', parts: ['secret'], asked: withSecret },
  { what: 'a certificate', parts: ['certificate'], asked: withAssertion },
  { what: 'a client secret before a certificate', parts: ['secret', 'certificate'], asked: withSecret },
  { what: 'the token file of a workload identity', parts: ['workload'], asked: withAssertion },
  { what: 'a client secret before a workload identity', parts: ['secret', 'workload'], asked: withSecret },
  { what: 'the command line alone', parts: ['cli'], asked: 'az' },
  {
    what: 'AZURE_TOKEN_CREDENTIALS=dev before a client secret',
    parts: ['secret', 'cli'],
    variables: { AZURE_TOKEN_CREDENTIALS: 'dev' },
    asked: 'az',
  },
  {
    what: 'AZURE_TOKEN_CREDENTIALS=prod without the command line',
    parts: ['cli'],
    variables: { AZURE_TOKEN_CREDENTIALS: 'prod' },
    asked: 'nobody',
  },
  {
    what: 'AZURE_TOKEN_CREDENTIALS that names one',
    parts: ['secret', 'cli'],
    variables: { AZURE_TOKEN_CREDENTIALS: 'AzureCliCredential' },
    asked: 'az',
  },
  {
    what: 'AZURE_TOKEN_CREDENTIALS that names none',
    parts: ['secret', 'cli'],
    variables: { AZURE_TOKEN_CREDENTIALS: 'nonsense' },
    asked: 'nobody',
  },
  { what: 'a managed identity with a client ID', parts: ['machine'], asked: machine },
  {
    what: 'a workload identity before a managed one',
    parts: ['workload', 'machine'],
    asked: withAssertion,
  },
  { what: 'a managed identity before the command line', parts: ['machine', 'cli'], asked: machine },
];

describe('Who signs in to Azure, beside azure-identity of Python', function () {
  this.timeout(90_000);
  const azure = azureFixture();
  let asked: string[] = [];
  let identities: Server;
  let cliLog: string;

  beforeEach(() => {
    cliLog = join(azure.folder, 'az-calls');
  });
  before(async () => {
    // A double of what a machine of Azure says of its identity: that it was asked is all that counts here.
    identities = createServer(({ url = '' }, response) => {
      asked.push(`machine, for ${new URLSearchParams(url.slice(url.indexOf('?'))).get('client_id') ?? ''}`);
      response.writeHead(400, { 'content-type': 'application/json' }).end('{"error":"invalid_request"}');
    });
    await once(identities.listen(0, '127.0.0.1'), 'listening');
  });
  after(() => {
    identities.closeAllConnections();
    identities.close();
  });

  async function prepare(part: Part): Promise<Readonly<Record<string, string>>> {
    const application = { AZURE_TENANT_ID: tenantId, AZURE_CLIENT_ID: clientId };
    switch (part) {
      case 'secret':
        return { ...application, AZURE_CLIENT_SECRET: clientSecret };
      case 'certificate':
        return { ...application, AZURE_CLIENT_CERTIFICATE_PATH: await makeCertificate() };
      case 'workload': {
        const AZURE_FEDERATED_TOKEN_FILE = await azure.write('federated-token', 'canary-assertion');
        return { ...application, AZURE_FEDERATED_TOKEN_FILE };
      }
      case 'machine': {
        const { port } = identities.address() as AddressInfo;
        return {
          AZURE_CLIENT_ID: clientId,
          IDENTITY_ENDPOINT: `http://127.0.0.1:${port}/msi/token`,
          IDENTITY_HEADER: 'canary-header',
        };
      }
      case 'cli': {
        await azure.write('bin/az', `#!/bin/sh\necho az >> '${cliLog}'\nexit 1\n`, 0o700);
        return { PATH: `${join(azure.folder, 'bin')}:/bin:/usr/bin` };
      }
    }
  }

  async function makeCertificate(): Promise<string> {
    const file = await azure.write('application.pem', '');
    const key = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj', '/CN=application'];
    await promisify(execFile)('openssl', ['req', ...key, '-keyout', file, '-out', `${file}.crt`]);
    const certificate = await readFile(`${file}.crt`, 'utf8');
    return azure.write('application.pem', (await readFile(file, 'utf8')) + certificate);
  }

  /** Who was asked first by what is done. */
  async function firstAsked(work: () => Promise<unknown>): Promise<string> {
    asked = [];
    const before = azure.tokens.calls.length;
    await azure.write('az-calls', '');
    await work().catch(() => undefined);
    const [call] = azure.tokens.calls.slice(before);
    const service = call && `token service, for ${call.clientId ?? ''}`;
    const cli = (await readFile(cliLog, 'utf8')).split('\n')[0];
    return (
      (call?.withAssertion === true ? `${service ?? ''} with an assertion` : service) ??
      asked[0] ??
      (cli || 'nobody')
    );
  }

  for (const { what, parts, variables = {}, asked: expected } of rows) {
    it(what, async () => {
      for (const part of parts) azure.setEnvironment(await prepare(part));
      azure.setEnvironment(variables);
      const given = { configuration: azure.configuration({ signIn: 'default' }), ca: azure.certificates.ca };
      const own = [ownScript, JSON.stringify(given)];
      const here = await firstAsked(async () => promisify(execFile)(process.execPath, own));
      const env = { ...process.env, REQUESTS_CA_BUNDLE: azure.certificates.caFile };
      const python3 = await firstAsked(async () => promisify(execFile)(python, [script], { env }));
      assert.deepEqual({ here, python3 }, { here: expected, python3: expected });
    });
  }
});
