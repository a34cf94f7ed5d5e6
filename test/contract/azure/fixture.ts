import assert from 'node:assert/strict';
import dns from 'node:dns';
import type { LookupAddress } from 'node:dns';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { inspect } from 'node:util';
import type { AzureConfiguration } from '../../../src/providers/azure/configuration.ts';
import { Problem } from '../../../src/problem.ts';
import { createAzureSource } from '../../../src/providers/azure/source.ts';
import { attended } from '../../../src/providers/source.ts';
import { systemClock } from '../../../src/secrets/clock.ts';
import type { FetchedSecret, SourceContext } from '../../../src/providers/source.ts';
import { lateBound } from '../../support/late-bound.ts';
import { ScopedEnvironment } from '../../support/scoped-environment.ts';
import { makeCertificates } from '../../support/servers/certificates.ts';
import type { Certificates } from '../../support/servers/certificates.ts';
import { KeyVaultDouble } from '../../support/servers/key-vault-double.ts';
import { clientId, clientSecret, tenantId, TokenService } from '../../support/servers/token-service.ts';
import { fetchDeadline } from '../../support/fetch-deadline.ts';

/** Azure Resource Manager. */
export const managerHost = 'management.azure.com';
const domains = ['vault.azure.net', 'vault.usgovcloudapi.net', 'vault.azure.cn'];

/**
 * The double and a token service over TLS, names of clouds that lead to this machine, and an environment. While it is
 * there, this process resolves those names so: the SDK has no other way to be led.
 */
class AzureFixture {
  readonly certificates: Certificates;
  readonly tokens: TokenService;
  readonly vault: KeyVaultDouble;
  readonly folder: string;
  // The SDK reads `process.env` itself, and the `az` command inherits it.
  readonly #environment = new ScopedEnvironment(/^(AZURE|IDENTITY|MSI)_|_PROXY$/i);
  readonly #lookup: typeof dns.lookup;

  private constructor(
    certificates: Certificates,
    tokens: TokenService,
    vault: KeyVaultDouble,
    folder: string,
  ) {
    this.certificates = certificates;
    this.tokens = tokens;
    this.vault = vault;
    this.folder = folder;
    this.#lookup = dns.lookup;
    this.setEnvironment({
      HOME: folder,
      USERPROFILE: folder,
      // Nothing of this machine signs in: neither its commands nor its metadata address.
      PATH: '/bin:/usr/bin',
      AZURE_AUTHORITY_HOST: tokens.url,
    });
    dns.lookup = cloudLookup(dns.lookup);
  }

  static async create(moreNames: readonly string[]): Promise<AzureFixture> {
    const folder = await mkdtemp(join(tmpdir(), 'azure-'));
    const names = [
      'localhost',
      '127.0.0.1',
      managerHost,
      ...domains.map((domain) => `*.${domain}`),
      ...moreNames,
    ];
    const certificates = await makeCertificates(folder, names);
    const tokens = await TokenService.start(certificates);
    const vault = await KeyVaultDouble.start(certificates, tokens);
    return new AzureFixture(certificates, tokens, vault, folder);
  }

  /** `undefined` unsets a variable. */
  setEnvironment(variables: Readonly<Record<string, string | undefined>>): void {
    this.#environment.set(variables);
  }

  signInByEnvironment(): void {
    this.setEnvironment({
      AZURE_TENANT_ID: tenantId,
      AZURE_CLIENT_ID: clientId,
      AZURE_CLIENT_SECRET: clientSecret,
    });
  }

  async write(path: string, text: string, mode = 0o600): Promise<string> {
    const file = join(this.folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
    await chmod(file, mode);
    return file;
  }

  configuration(changes: Partial<AzureConfiguration> = {}): AzureConfiguration {
    return {
      provider: 'azure',
      vaultUrl: `https://mlflow.vault.azure.net:${this.vault.port}`,
      secretName: 'mlflow-auth',
      secretVersion: undefined,
      signIn: 'environment',
      cloud: 'public',
      tenantId: undefined,
      clientId: undefined,
      authorityHost: process.env['AZURE_AUTHORITY_HOST'],
      storeCertificates: undefined,
      variables: {},
      ...changes,
    };
  }

  context(changes: Partial<SourceContext> = {}): SourceContext {
    const unused = async (): Promise<never> => Promise.reject(new Error('not used by Azure'));
    return {
      bootstrap: { get: unused, set: unused, delete: unused },
      environment: process.env,
      homeFolder: this.folder,
      clock: systemClock,
      random: () => 0.5,
      extraCertificates: [this.certificates.ca],
      log: () => undefined,
      openExternal: unused,
      microsoftToken: unused,
      ...changes,
    };
  }

  async fetch(
    changes: Partial<AzureConfiguration> = {},
    context: Partial<SourceContext> = {},
    signal: AbortSignal = fetchDeadline(),
  ): Promise<FetchedSecret> {
    const source = createAzureSource(this.configuration(changes), this.context(context));
    try {
      return await source.fetch(signal, attended);
    } finally {
      await source.close({ revoke: false });
    }
  }

  /** The problem that a fetch ends in, after a look that nothing secret is in it. */
  async problem(
    changes: Partial<AzureConfiguration> = {},
    context: Partial<SourceContext> = {},
  ): Promise<Problem> {
    const outcome: unknown = await this.fetch(changes, context).then(
      () => new Error('it succeeded'),
      (error: unknown) => error,
    );
    assert.ok(outcome instanceof Problem, `not a problem: ${inspect(outcome)}`);
    assert.doesNotMatch(inspect(outcome, { depth: 20, showHidden: true }), /canary|eyJ/);
    return outcome;
  }

  async dispose(): Promise<void> {
    dns.lookup = this.#lookup;
    this.#environment.restore();
    await this.vault.stop();
    await this.tokens.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

export interface AzureFixtureOptions {
  /** Whether it is made for each test or once for all tests of the `describe`. */
  readonly lifetime?: 'test' | 'suite';
  /** Names that the certificate is for, too. */
  readonly moreNames?: readonly string[];
}

/** Called in a `describe`: makes the fixture and takes it away again. */
export function azureFixture({ lifetime = 'test', moreNames = [] }: AzureFixtureOptions = {}): AzureFixture {
  let fixture: AzureFixture | undefined;
  const make = async (): Promise<void> => {
    fixture = await AzureFixture.create(moreNames);
  };
  const dispose = async (): Promise<void> => {
    await fixture?.dispose();
    fixture = undefined;
  };
  if (lifetime === 'test') {
    beforeEach(make);
    afterEach(dispose);
  } else {
    before(make);
    after(dispose);
  }
  return lateBound('fixture for Azure', () => fixture);
}

type Callback = (
  error: NodeJS.ErrnoException | null,
  address: string | LookupAddress[],
  family?: number,
) => void;

function isOfCloud(hostname: string): boolean {
  return hostname === managerHost || domains.some((domain) => hostname.endsWith(`.${domain}`));
}

/** Resolves the clouds' vaults to this machine, `gone.*` to nothing, and everything else as before. */
function cloudLookup(original: typeof dns.lookup): typeof dns.lookup {
  const lookup = (hostname: string, options: { all?: boolean }, callback: Callback): void => {
    if (hostname.startsWith('gone.')) {
      callback(Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND', hostname }), []);
    } else if (!isOfCloud(hostname)) {
      Reflect.apply(original, dns, [hostname, options, callback]);
    } else if (options.all === true) {
      callback(null, [{ address: '127.0.0.1', family: 4 }]);
    } else {
      callback(null, '127.0.0.1', 4);
    }
  };
  return lookup as typeof dns.lookup;
}
