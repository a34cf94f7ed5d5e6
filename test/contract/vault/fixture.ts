import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { attended } from '../../../src/providers/source.ts';
import type { VaultConfiguration } from '../../../src/providers/vault/configuration.ts';
import { Problem } from '../../../src/problem.ts';
import { systemClock } from '../../../src/secrets/clock.ts';
import { createVaultSource } from '../../../src/providers/vault/source.ts';
import { Secret } from '../../../src/secret.ts';
import type {
  BootstrapName,
  BootstrapSecrets,
  SecretSource,
  SourceContext,
} from '../../../src/providers/source.ts';
import { lateBound } from '../../support/late-bound.ts';
import { startOpenBao } from '../../support/servers/openbao.ts';
import type { OpenBaoServer } from '../../support/servers/openbao.ts';
import { runFolder } from '../../support/servers/run-folder.ts';
import { fetchDeadline } from '../../support/fetch-deadline.ts';

/** A folder of the server's own for one test, so that tests do not meet. */
export function uniquePath(): string {
  return `test-${randomUUID()}`;
}

export class Bootstrap implements BootstrapSecrets {
  readonly values = new Map<BootstrapName, Secret>();

  constructor(values: Partial<Record<BootstrapName, string>> = {}) {
    for (const [name, value] of Object.entries(values)) {
      if (value !== undefined) this.values.set(name as BootstrapName, new Secret(value));
    }
  }

  async get(name: BootstrapName): Promise<Secret | undefined> {
    return Promise.resolve(this.values.get(name));
  }

  async set(name: BootstrapName, value: Secret): Promise<void> {
    this.values.set(name, value);
    return Promise.resolve();
  }

  async delete(name: BootstrapName): Promise<void> {
    this.values.delete(name);
    return Promise.resolve();
  }
}

/** Signs in by token. */
export function vaultConfiguration(changes: Partial<VaultConfiguration>): VaultConfiguration {
  return {
    provider: 'vault',
    address: '',
    namespace: undefined,
    mount: undefined,
    path: 'secret/none',
    version: undefined,
    authMethod: 'token',
    authMount: undefined,
    roleId: undefined,
    username: undefined,
    oidcRole: undefined,
    ambientIsAllowed: true,
    storeCertificates: undefined,
    storeClientCertificate: undefined,
    tlsServerName: undefined,
    ...changes,
  };
}

function contextWith(bootstrap: BootstrapSecrets, more: Partial<SourceContext> = {}): SourceContext {
  return {
    bootstrap,
    environment: {},
    homeFolder: '/nonexistent',
    clock: systemClock,
    random: () => 0.5,
    extraCertificates: [],
    log: () => undefined,
    openExternal: async () => Promise.resolve(false),
    microsoftToken: async () => Promise.resolve(undefined),
    ...more,
  };
}

export interface SourceOptions {
  readonly configuration: Partial<VaultConfiguration>;
  readonly bootstrap?: BootstrapSecrets;
  readonly context?: Partial<SourceContext>;
}

export interface VaultSources {
  readonly openSource: (options: SourceOptions) => Promise<SecretSource>;
  readonly read: (
    options: SourceOptions,
  ) => Promise<{ readonly text: string; readonly version: string | undefined }>;
  /** The problem of a reading that fails; it must not show what it was given. */
  readonly problemOf: (options: SourceOptions) => Promise<Problem>;
}

/** Called in a `describe`: opens sources, and closes after each test those that it opened. */
export function vaultSources(server?: Pick<OpenBaoServer, 'address' | 'rootToken'>): VaultSources {
  const sources: SecretSource[] = [];
  afterEach(async () => {
    for (const source of sources.splice(0)) await source.close({ revoke: false });
  });

  const openSource: VaultSources['openSource'] = async ({ configuration, bootstrap, context }) => {
    const bao = configuration.address === undefined ? server : undefined;
    const complete = vaultConfiguration({ address: bao?.address ?? '', ...configuration });
    const fallback = new Bootstrap(bao ? { 'vault.token': bao.rootToken } : {});
    const source = await createVaultSource(complete, contextWith(bootstrap ?? fallback, context));
    sources.push(source);
    return source;
  };
  const read: VaultSources['read'] = async (options) => {
    const source = await openSource(options);
    const { text, version } = await source.fetch(fetchDeadline(), attended);
    return { text: text.reveal(), version };
  };
  return {
    openSource,
    read,
    problemOf: async (options) => {
      try {
        await read(options);
      } catch (error) {
        assert.ok(error instanceof Problem, String(error));
        assert.doesNotMatch(`${error.message} ${error.remedy}`, /canary/);
        return error;
      }
      throw new Error('it was read');
    },
  };
}

export interface VaultFixture extends VaultSources {
  readonly bao: OpenBaoServer;
  /** A token with a policy of its own. */
  readonly tokenWith: (policy: string, options?: Readonly<Record<string, unknown>>) => Promise<string>;
}

/** Called in a `describe`: a real server for its tests, which is read from where they name no other. */
export function vaultFixture(): VaultFixture {
  let started: OpenBaoServer | undefined;
  before(async function () {
    this.timeout(150_000);
    started = await startOpenBao({ folder: await runFolder('bao') });
  });
  const bao = lateBound('OpenBao', () => started);
  const sources = vaultSources(bao);
  after(async () => {
    await started?.stop();
    started = undefined;
  });
  return {
    ...sources,
    bao,
    tokenWith: async (policy, options = {}) => {
      const name = uniquePath();
      await bao.call('PUT', `sys/policies/acl/${name}`, { policy });
      const { auth } = await bao.call('POST', 'auth/token/create', { policies: [name], ...options });
      return auth?.client_token ?? '';
    },
  };
}

/** Names of all tokens that the server has. */
export async function accessors(bao: OpenBaoServer): Promise<Set<unknown>> {
  const { data } = await bao.call('GET', 'auth/token/accessors?list=true');
  return new Set(data?.['keys'] as unknown[]);
}
