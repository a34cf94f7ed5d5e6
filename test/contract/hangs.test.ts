import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { constants } from 'node:fs';
import { mkdir, open, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { Problem } from '../../src/problem.ts';
import type { SourceConfiguration } from '../../src/providers/provider.ts';
import type { SourceContext, TextStorage } from '../../src/providers/source.ts';
import type { AwsConfiguration } from '../../src/providers/aws/configuration.ts';
import type { VaultConfiguration } from '../../src/providers/vault/configuration.ts';
import { systemClock } from '../../src/secrets/clock.ts';
import { openResolver } from '../../src/secrets/open-resolver.ts';
import type { SecretResolver } from '../../src/secrets/secret-resolver.ts';
import { SecretStore } from '../../src/vscode/secret-store.ts';
import { ScopedEnvironment } from '../support/scoped-environment.ts';
import { runFolder } from '../support/servers/run-folder.ts';
import { storedConfiguration } from '../unit/configuration/stored-configuration.ts';
import { MemoryStorage } from '../unit/vscode/memory-storage.ts';
import { awsConfiguration } from './aws/fixture.ts';
import { azureFixture } from './azure/fixture.ts';
import { vaultConfiguration } from './vault/fixture.ts';

/** A tenth of each bound is enough to tell one from the other. */
const clock = {
  ...systemClock,
  sleep: async (ms: number, signal: AbortSignal) => systemClock.sleep(ms / 10, signal),
};
/** The longest of them, and a moment for a busy machine. */
const boundMs = 2000 + 1500;
const endMs = 1000;

const subject = { scope: 'scope', about: 'a server' };

interface Scene {
  readonly source: SourceConfiguration;
  readonly context?: Partial<SourceContext>;
  readonly kept?: TextStorage;
}

interface Row {
  /** Makes it hang. */
  readonly scene: () => Promise<Scene>;
  readonly code: string;
  readonly says: RegExp;
}

describe('What never answers', () => {
  const azure = azureFixture({ lifetime: 'suite' });
  let environment: ScopedEnvironment;
  const sockets = new Set<Socket>();
  const silent = createServer((socket) => sockets.add(socket));
  const pipes: string[] = [];
  let folder = '';
  let address = '';

  before(async () => {
    folder = await runFolder('hangs');
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    await mkdir(join(folder, 'aws'));
  });

  beforeEach(() => {
    environment = new ScopedEnvironment(/^AWS_/);
  });

  afterEach(async () => {
    environment.restore();
    for (const socket of sockets) socket.destroy();
    // Whoever still waits for a writer is let go.
    for (const pipe of pipes.splice(0)) {
      const writer = await open(pipe, constants.O_WRONLY | constants.O_NONBLOCK).catch(() => undefined);
      await writer?.close();
    }
  });

  after(() => silent.close());

  function pipe(name: string): string {
    const path = join(folder, `${pipes.length}-${name}`);
    execFileSync('mkfifo', [path]);
    pipes.push(path);
    return path;
  }

  function lockedStore(): SecretStore {
    const memory = new MemoryStorage();
    memory.locked = new Promise(() => undefined);
    return new SecretStore(memory.records(clock), 'one');
  }

  const vault = (more: Partial<VaultConfiguration> = {}): VaultConfiguration =>
    vaultConfiguration({ address, ...more });

  const aws = (more: Partial<AwsConfiguration> = {}): AwsConfiguration =>
    awsConfiguration({ region: 'eu-west-1', endpoint: address, ...more });

  const signedIn = { environment: { VAULT_TOKEN: 'canary-token' } };

  const rows = {
    'the keychain, where the credential is in it': {
      scene: async () => {
        const source = { provider: 'stored' } as const;
        return Promise.resolve({ source, context: { bootstrap: lockedStore().bootstrap(subject) } });
      },
      code: 'secret.storage',
      says: /secret storage does not respond/,
    },
    'the keychain, where the sign-in is in it': {
      scene: async () =>
        Promise.resolve({ source: vault(), context: { bootstrap: lockedStore().bootstrap(subject) } }),
      code: 'secret.storage',
      says: /secret storage does not respond/,
    },
    'a Vault': {
      scene: async () => Promise.resolve({ source: vault(), context: signedIn }),
      code: 'secret.late',
      says: /secret store did not respond within 20 s/,
    },
    'a pipe in place of ~/.vault-token': {
      scene: async () => {
        const home = join(folder, 'home');
        await mkdir(home);
        execFileSync('mkfifo', [join(home, '.vault-token')]);
        return { source: vault(), context: { homeFolder: home } };
      },
      code: 'vault.tokenFile',
      says: /~\/\.vault-token could not be read \(it is not a regular file\)/,
    },
    'a pipe in VAULT_CACERT': {
      scene: async () =>
        Promise.resolve({
          source: vault({ storeCertificates: { path: pipe('ca.pem'), from: 'VAULT_CACERT' } }),
          context: signedIn,
        }),
      code: 'settings.certificateVariable',
      says: /VAULT_CACERT.+it is not a regular file/,
    },
    'AWS Secrets Manager': {
      scene: async () => {
        environment.set({ AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 'canary-key' });
        return Promise.resolve({ source: aws() });
      },
      code: 'secret.late',
      says: /secret store did not respond within 20 s/,
    },
    'a process that AWS asks for credentials': {
      scene: async () => {
        const file = join(folder, 'config');
        await writeFile(file, '[profile ml]\ncredential_process=sleep 60\n');
        environment.set({ AWS_CONFIG_FILE: file });
        return { source: aws({ profile: 'ml' }) };
      },
      code: 'aws.signInLate',
      says: /sign-in to AWS did not end within 18 s/,
    },
    'the Azure CLI': {
      scene: async () => {
        await azure.write('bin/az', '#!/bin/sh\nexec sleep 60\n', 0o700);
        azure.setEnvironment({ PATH: `${azure.folder}/bin:/bin:/usr/bin` });
        return { source: azure.configuration({ signIn: 'azureCli' }), context: azure.context({ clock }) };
      },
      code: 'azure.cliLate',
      says: /Azure CLI did not respond within 15 s/,
    },
  } as const satisfies Readonly<Record<string, Row>>;

  async function resolverOf({ source, context, kept }: Scene): Promise<SecretResolver> {
    const never = async (): Promise<undefined> => Promise.resolve(undefined);
    const nothing: TextStorage = { load: never, save: never, delete: never };
    const none = { get: never, set: never, delete: never };
    const complete: SourceContext = {
      bootstrap: none,
      environment: process.env,
      homeFolder: '/nonexistent',
      clock,
      random: () => 0.5,
      extraCertificates: [],
      log: () => undefined,
      openExternal: async () => Promise.resolve(false),
      microsoftToken: async () => Promise.resolve(undefined),
      ...context,
    };
    const keep = kept === undefined ? 'memory' : 'secretStorage';
    const configuration = {
      ...storedConfiguration,
      source,
      cache: { ...storedConfiguration.cache, keep },
    } as const;
    return openResolver(configuration, complete, kept ?? nothing);
  }

  async function problemOf(scene: Scene): Promise<unknown> {
    const resolver = await resolverOf(scene);
    try {
      return await resolver.get();
    } finally {
      await resolver.close({ revoke: true });
    }
  }

  for (const [what, { scene, code, says }] of Object.entries(rows)) {
    it(`${what}: is given up, in words`, async () => {
      const made = await scene();
      const startedAt = performance.now();
      await assert.rejects(problemOf(made), (error) => {
        assert.ok(error instanceof Problem, String(error));
        assert.equal(error.code, code);
        assert.match(error.message, says);
        assert.doesNotMatch(`${error.message} ${error.remedy}`, /canary/);
        return true;
      });
      assert.ok(performance.now() - startedAt < boundMs + endMs);
    });
  }

  it('does not hold up the end of the connection', async () => {
    for (const { scene } of [
      rows['a Vault'],
      rows['the Azure CLI'],
      rows['the keychain, where the sign-in is in it'],
    ]) {
      const resolver = await resolverOf(await scene());
      const getting = assert.rejects(resolver.get());
      const startedAt = performance.now();
      await resolver.close({ revoke: true });
      await getting;
      assert.ok(performance.now() - startedAt < endMs + 500);
    }
  });

  it('the keychain does not keep a secret from being used that comes from elsewhere', async () => {
    const kept = lockedStore().cachedSecret(subject);
    const { configuration, context } = {
      configuration: azure.configuration(),
      context: azure.context({ clock }),
    };
    azure.signInByEnvironment();
    azure.vault.secrets.set('mlflow-auth', [{ value: 'canary-value' }]);
    const resolver = await resolverOf({ source: configuration, context, kept });
    assert.equal((await resolver.get()).value.reveal(), 'Bearer canary-value');
    await resolver.close({ revoke: true });
  });
});
