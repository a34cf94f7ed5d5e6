import assert from 'node:assert/strict';
import { destinationOf } from '../../../../src/configuration/destination.ts';
import { readConfiguration } from '../../../../src/configuration/read-configuration.ts';
import type { ConfigurationResult } from '../../../../src/configuration/read-configuration.ts';
import { Approvals, covers } from '../../../../src/connection/approvals.ts';
import type { ApprovedServer } from '../../../../src/connection/approvals.ts';
import type { ConnectionState } from '../../../../src/connection/state.ts';
import type { SettingsLayer, ValueOrigin } from '../../../../src/settings/setting-values.ts';
import { foundAfterWriting } from '../../../../src/settings/written-values.ts';
import type { SettingChanges } from '../../../../src/settings/written-values.ts';
import { listedServer } from '../../../../src/vscode/connect/listed-servers.ts';
import type { ListedServer } from '../../../../src/vscode/connect/listed-servers.ts';
import { setValues } from '../../../../src/vscode/connect/set-values.ts';

const a = {
  trackingUri: 'https://a.company.com',
  provider: 'vault',
  'vault.address': 'https://vault.company.com:8200',
  'vault.path': 'secret/mlflow',
  'vault.version': 3,
} as const;
const b = { trackingUri: 'https://b.company.com', provider: 'stored', 'header.name': 'X-Token' } as const;

/** A window whose workspace has these settings, over the user's own. */
class Scene {
  settings: SettingsLayer = {};
  isMissing = false;
  state: ConnectionState = { kind: 'disconnected' };
  readonly memory = new Map<string, unknown>();
  readonly approvals = new Approvals({
    get: (key) => this.memory.get(key),
    update: async (key, value) => Promise.resolve(void this.memory.set(key, value)),
  });

  set(changes: SettingChanges, kind: 'workspace' | 'user' | 'remote' = 'workspace'): void {
    if (kind === 'workspace') {
      this.settings = foundAfterWriting(this.settings, changes, true);
      return;
    }
    const origin: ValueOrigin = { kind };
    const found = Object.entries(changes).map(([key, value]) => [key, { value, origin }] as const);
    this.settings = { ...this.settings, ...Object.fromEntries(found) };
  }

  readonly read = async (changes: SettingChanges = {}): Promise<ConfigurationResult> =>
    readConfiguration({
      settings: foundAfterWriting(this.settings, changes, true),
      environment: {},
      hasBootstrap: async () => Promise.resolve(true),
    });

  async approve(): Promise<void> {
    const read = await this.read();
    assert.ok(read.kind === 'ready');
    await this.approvals.approve(destinationOf(read.configuration), setValues(read.values));
  }

  /** As it would be if it were chosen now. */
  async listed(server: ApprovedServer | undefined): Promise<ListedServer> {
    assert.ok(server);
    const missing = {
      name: 'vault.token',
      label: () => '',
      ambient: async () => Promise.resolve([]),
    } as const;
    const host = {
      read: this.read,
      credentials: { missing: async () => Promise.resolve(this.isMissing ? missing : undefined) },
      connection: () => ({ state: this.state }),
    };
    return listedServer(host, server, (await this.read()).values);
  }

  /** Used A, and then B. */
  async used(): Promise<readonly (ApprovedServer | undefined)[]> {
    this.set(a);
    await this.approve();
    this.set({ ...Object.fromEntries(Object.keys(a).map((key) => [key, undefined])), ...b });
    await this.approve();
    const [ofB, ofA] = this.approvals.servers;
    return [ofA, ofB];
  }
}

/** Whether nothing is left to be approved. */
function isAsApproved({ server, way }: ListedServer): boolean {
  return way?.after.kind === 'ready' && covers(server.destination, destinationOf(way.after.configuration));
}

describe('a server that was used in this workspace before', () => {
  it('gets all of its settings back, and nothing of the present ones', async () => {
    const scene = new Scene();
    const [ofA, ofB] = await scene.used();
    const toA = await scene.listed(ofA);
    assert.deepEqual(toA.way?.changes, { ...a, 'header.name': undefined });
    assert.ok(isAsApproved(toA));
    scene.set(toA.way.changes);
    const toB = await scene.listed(ofB);
    assert.ok(isAsApproved(toB));
    scene.set(toB.way?.changes ?? {});
    assert.deepEqual(setValues((await scene.read()).values), b);
  });

  it('leaves alone what is the workspace’s, whichever the server', async () => {
    const scene = new Scene();
    const [ofA] = await scene.used();
    scene.set({ 'cache.ttlSeconds': 5, 'runs.signInGraceMinutes': 1 });
    const { way } = await scene.listed(ofA);
    assert.deepEqual(Object.keys(way?.changes ?? {}).sort(), [...Object.keys(a), 'header.name'].sort());
  });

  it('may use what this machine has again, where its settings are the user’s own', async () => {
    const scene = new Scene();
    scene.set(a, 'user');
    await scene.approve();
    // A token of this machine is for the user's own address of Vault only.
    scene.set({ trackingUri: b.trackingUri, 'vault.address': 'https://vault-b.company.com' });
    await scene.approve();
    const toA = await scene.listed(scene.approvals.servers[1]);
    assert.ok(isAsApproved(toA));
    assert.deepEqual(toA.way?.changes, { trackingUri: a.trackingUri, 'vault.address': a['vault.address'] });
  });

  it('is told with its state', async () => {
    const scene = new Scene();
    const [ofA, ofB] = await scene.used();
    assert.equal((await scene.listed(ofA)).state, 'approved, last used just now');
    scene.isMissing = true;
    assert.equal((await scene.listed(ofA)).state, 'sign-in needed');
    const read = await scene.read();
    assert.ok(read.kind === 'ready');
    scene.state = { kind: 'connecting', configuration: read.configuration };
    assert.equal((await scene.listed(ofB)).state, 'connecting');
    assert.ok(ofA);
    assert.equal((await scene.listed({ ...ofA, settings: undefined })).state, 'its settings are gone');
    const { provider, ...others } = ofA.settings ?? {};
    assert.equal(provider, 'vault');
    const gone = { ...others, provider, 'vault.path': '' };
    assert.equal((await scene.listed({ ...ofA, settings: gone })).state, 'its settings are gone');
  });

  it('is kept without a secret: the settings, and what is made of them', async () => {
    const scene = new Scene();
    await scene.used();
    const known = new Set(['destination', 'settings', 'usedAt']);
    for (const server of scene.approvals.servers) {
      assert.deepEqual(
        Object.keys(server).filter((name) => !known.has(name)),
        [],
      );
    }
    assert.deepEqual(
      scene.approvals.servers.map(({ settings }) => settings),
      [b, a],
    );
  });
});

describe('a file that comes into the folder after a server was approved', () => {
  for (const [key, value] of [
    ['vault.namespace', 'theirs'],
    ['vault.mount', 'theirs'],
    ['vault.authMethod', 'userpass'],
    ['vault.username', 'theirs'],
    ['secret.fields', { token: 'theirs' }],
    ['auth.mode', 'bearer'],
    ['vault.address', 'https://vault.evil.com'],
    ['vault.path', 'secret/theirs'],
  ] as const) {
    it(`changes nothing of it by ${key} in the workspace, which is taken out`, async () => {
      const scene = new Scene();
      const [ofA] = await scene.used();
      scene.set({ [key]: value, ...(key === 'vault.authMethod' && { 'vault.username': 'theirs' }) });
      const listed = await scene.listed(ofA);
      assert.ok(isAsApproved(listed));
      assert.equal(listed.state, 'approved, last used just now');
    });
  }

  for (const [key, value] of [
    ['vault.namespace', 'theirs'],
    ['secret.fields', { token: 'theirs' }],
    ['auth.mode', 'bearer'],
  ] as const) {
    it(`asks again where ${key} cannot be taken out, as of a container’s settings`, async () => {
      const scene = new Scene();
      const [ofA] = await scene.used();
      scene.set({ [key]: value }, 'remote');
      const listed = await scene.listed(ofA);
      assert.equal(isAsApproved(listed), false);
      assert.equal(listed.state, 'changed since you approved it');
    });
  }

  it('asks again where it makes a listed server the one in use', async () => {
    const scene = new Scene();
    await scene.used();
    scene.set({ ...a, 'header.name': undefined });
    const read = await scene.read();
    assert.ok(read.kind === 'ready');
    assert.equal(scene.approvals.isApproved(destinationOf(read.configuration)), false);
  });
});
