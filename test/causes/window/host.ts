import dns from 'node:dns';
import { readFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { join } from 'node:path';
import { readConfiguration } from '../../../src/configuration/read-configuration.ts';
import { destinationOf } from '../../../src/configuration/destination.ts';
import { Approvals } from '../../../src/connection/approvals.ts';
import { bootstrapScope } from '../../../src/providers/providers.ts';
import type { BootstrapName } from '../../../src/providers/source.ts';
import { Secret } from '../../../src/secret.ts';
import { commands, settings as manifest, section } from '../../../src/settings/manifest.ts';
import type { SettingKey } from '../../../src/settings/manifest.ts';
import type { SettingsLayer } from '../../../src/settings/setting-values.ts';
import { RecordStorage } from '../../../src/vscode/record-storage.ts';
import type { Storage } from '../../../src/vscode/record-storage.ts';
import { SecretStore } from '../../../src/vscode/secret-store.ts';
import { patchAsEditor } from '../../support/servers/editor-network.ts';
import { EditorDouble } from './editor-double.ts';
import type { Answer, Call, Shown, WindowStart } from './messages.ts';

/**
 * An extension host of its own, with the built extension and a double of the editor around it: a process, because the
 * extension, the SDKs and Python's kernels share its environment. Its parent tells it what to do, a message at a time.
 */
const workspaceId = 'causes';
const editor = new EditorDouble();
const localNames = new Set<string>();
const memory = { workspace: new Map<string, unknown>(), global: new Map<string, unknown>() };
let deactivate: (() => Promise<void>) | undefined;

const memento = (values: Map<string, unknown>) => ({
  get: (key: string, otherwise?: unknown): unknown => values.get(key) ?? otherwise,
  update: async (key: string, value: unknown) => Promise.resolve(void values.set(key, value)),
  keys: () => [...values.keys()],
  setKeysForSync: () => undefined,
});

function resolveLocalNames(): void {
  const { lookup } = dns;
  const local = (
    hostname: string,
    options: dns.LookupOptions,
    callback: (...results: unknown[]) => void,
  ): void => {
    if (!localNames.has(hostname)) (lookup as (...all: unknown[]) => unknown)(hostname, options, callback);
    else if (options.all === true) callback(null, [{ address: '127.0.0.1', family: 4 }]);
    else callback(null, '127.0.0.1', 4);
  };
  dns.lookup = local as unknown as typeof dns.lookup;
}

async function configured(): Promise<Awaited<ReturnType<typeof readConfiguration>>> {
  const found: SettingsLayer = {};
  for (const key of Object.keys(manifest) as SettingKey[]) {
    const value = editor.settings.get(`${section}.${key}`);
    if (value !== undefined) found[key] = { value, origin: { kind: 'user' } };
  }
  return readConfiguration({
    settings: found,
    environment: process.env,
    hasBootstrap: async () => Promise.resolve(true),
  });
}

async function enter(entered: WindowStart['entered']): Promise<void> {
  const read = await configured();
  if (read.kind !== 'ready') return;
  const { source, tracking } = read.configuration;
  const records = new RecordStorage(editor.secrets as Storage, memento(memory.global));
  const subject = { scope: bootstrapScope(source, tracking.origin), about: tracking.origin };
  const bootstrap = new SecretStore(records, workspaceId).bootstrap(subject);
  for (const [name, value] of Object.entries(entered))
    if (value !== undefined) await bootstrap.set(name as BootstrapName, new Secret(value));
}

/** As a person approved it. */
async function approve(): Promise<void> {
  const read = await configured();
  if (read.kind === 'ready')
    await new Approvals(memento(memory.workspace)).approve(destinationOf(read.configuration));
}

async function start(begin: WindowStart): Promise<void> {
  for (const name of begin.localNames) localNames.add(name);
  resolveLocalNames();
  if (begin.editorProxy !== undefined) patchAsEditor(begin.editorProxy);
  for (const [key, value] of Object.entries(begin.settings)) editor.settings.set(key, value);
  memory.workspace.set('id', workspaceId).set('autoConnect', true);
  editor.remoteName = begin.remoteName;
  await enter(begin.entered);
  await approve();
  editor.keychain = begin.keychain;

  const loader = Module as unknown as { _load: (request: string, ...rest: unknown[]) => unknown };
  const { _load: load } = loader;
  const { module } = editor;
  loader._load = (request, ...rest) => (request === 'vscode' ? module : load(request, ...rest));
  const require = createRequire(join(begin.extensionPath, 'package.json'));
  const extension = require('./dist/extension.cjs') as {
    activate(context: object): Promise<void>;
    deactivate(): Promise<void>;
  };
  deactivate = async () => extension.deactivate();
  await extension.activate({
    workspaceState: memento(memory.workspace),
    globalState: memento(memory.global),
    secrets: editor.secrets,
    subscriptions: [],
    extensionPath: begin.extensionPath,
    globalStorageUri: { fsPath: join(begin.extensionPath, 'storage') },
    asAbsolutePath: (path: string) => join(begin.extensionPath, path),
    extension: {
      packageJSON: JSON.parse(readFileSync(join(begin.extensionPath, 'package.json'), 'utf8')) as object,
    },
    environmentVariableCollection: {
      ...{
        clear: () => undefined,
        replace: () => undefined,
        prepend: () => undefined,
        append: () => undefined,
      },
    },
  });
}

async function changeSettings(
  values: Readonly<Record<string, unknown>>,
  entered: WindowStart['entered'],
): Promise<void> {
  editor.setSettings(values);
  await enter(entered);
  await approve();
  editor.settingsChanged(Object.keys(values));
}

/** Entities and marks of code are for the renderer. */
const asRead = (markdown: string): string =>
  markdown
    .replaceAll('`', '')
    .replace(/&#(\d+);/g, (_match, code: string) => String.fromCharCode(Number(code)));

function look(): Shown {
  const { text, tooltip } = editor.status;
  const { notifications, log, progress } = editor;
  return {
    status: text,
    tooltip: asRead(tooltip),
    notifications,
    log,
    progress,
    environment: { ...process.env },
  };
}

async function answer(call: Call): Promise<unknown> {
  switch (call.kind) {
    case 'start':
      return start(call.start);
    case 'look':
      return look();
    case 'command':
      editor.answers.push(...call.answers);
      return editor.run(call.command);
    case 'diagnose':
      await editor.run('mlflowSecretsAuth.diagnose');
      return asRead(editor.shownDocument());
    case 'settings':
      return changeSettings(call.values, call.entered);
    case 'remoteSettings':
      for (const [key, value] of Object.entries(call.values)) editor.remoteSettings.set(key, value);
      editor.settingsChanged(Object.keys(call.values));
      return undefined;
    case 'environment':
      for (const [name, value] of Object.entries(call.values)) {
        if (value === undefined) Reflect.deleteProperty(process.env, name);
        else process.env[name] = value;
      }
      return undefined;
    case 'keychain':
      editor.keychain = call.keychain;
      return undefined;
    case 'localNames':
      localNames.clear();
      for (const name of call.names) localNames.add(name);
      return undefined;
    case 'focus':
      editor.fire('window.onDidChangeWindowState', { focused: false, active: false });
      editor.fire('window.onDidChangeWindowState', { focused: true, active: true });
      return undefined;
    case 'stop':
      // The local proxy would outlive the window.
      await editor.run(commands.disconnect);
      return deactivate?.();
  }
}

process.on('message', ({ id, ...call }: Call & { readonly id: number }) => {
  const reply = (rest: Omit<Answer, 'id'>): void => void process.send?.({ id, ...rest } satisfies Answer);
  answer(call).then(
    (value) => {
      reply({ value });
      if (call.kind === 'stop') process.disconnect();
    },
    (error: unknown) => reply({ error: String(error instanceof Error ? error.stack : error) }),
  );
});
process.on('disconnect', () => process.exit(0));
