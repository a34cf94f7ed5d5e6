import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { section, settings } from '../settings/manifest.ts';
import type { SettingDescriptor, SettingKey } from '../settings/manifest.ts';
import { foreignValues, foundValue } from '../settings/found-value.ts';
import type { InspectedSetting } from '../settings/found-value.ts';
import type { SettingsLayer } from '../settings/setting-values.ts';
import { foundAfterWriting, placeOf } from '../settings/written-values.ts';
import type { SettingChanges } from '../settings/written-values.ts';
import { foreignProxyVariables, httpProxyForApproval } from '../network/http-proxy.ts';
import type { HttpProxySettings } from '../network/http-proxy.ts';
import { Problem } from '../problem.ts';
import { startEnvironment } from './start-environment.ts';

/**
 * What the user and others set. The editor's scopes are not relied upon: a nested object smuggles any value past them,
 * into a workspace's as into a remote's settings (microsoft/vscode#335112). With `changes`, as after `writeSettings`.
 */
export function readFoundValues(changes: SettingChanges = {}): SettingsLayer {
  const configuration = vscode.workspace.getConfiguration(section);
  const found: SettingsLayer = {};
  for (const key of Object.keys(settings) as SettingKey[]) {
    const descriptor: SettingDescriptor = settings[key];
    const value = foundValue(configuration.inspect<unknown>(key) ?? {}, descriptor.scope);
    if (value !== undefined) found[key] = value;
  }
  return foundAfterWriting(found, changes, hasFolder());
}

/** Which HTTP proxy VS Code's settings and the environment name. */
export function readHttpProxySettings(): HttpProxySettings {
  // User values only: a workspace must not choose who carries the credential's connection.
  const http = vscode.workspace.getConfiguration('http');
  const user = (key: string): unknown => valueOnThisMachine(http.inspect<unknown>(key) ?? {});
  const proxy = user('proxy');
  const elsewhere = isRemote() ? http.inspect<unknown>('proxy')?.globalValue : undefined;
  const noProxy = user('noProxy');
  return {
    proxy: typeof proxy === 'string' ? proxy.trim() : '',
    noProxy: Array.isArray(noProxy) ? noProxy.filter((entry) => typeof entry === 'string') : [],
    isOff: user('proxySupport') === 'off',
    elsewhere: typeof elsewhere === 'string' && elsewhere.trim() !== '' ? elsewhere.trim() : undefined,
    environment: startEnvironment,
  };
}

/**
 * HTTP proxies that only the folder, or the machine settings or the variables of a container name, for people, as the file
 * of a dev container fills the latter two; or a variable that has changed since the window was opened. What secret stores get
 * is sent through them, so the user approves them.
 */
export function readForeignHttpProxy(): string | undefined {
  const inspected: InspectedSetting =
    vscode.workspace.getConfiguration('http').inspect<unknown>('proxy') ?? {};
  const ofRemote = ownRemotes.includes(vscode.env.remoteName) ? undefined : inspected.globalRemoteValue;
  const ofVariables = foreignProxyVariables(process.env, isEnvironmentOwn() ? startEnvironment : {});
  const foreign = [...foreignValues({ ...inspected, globalRemoteValue: ofRemote }), ...ofVariables].filter(
    (value) => typeof value === 'string' && value !== '',
  );
  return foreign.length === 0
    ? undefined
    : [...new Set(foreign.map((value) => httpProxyForApproval(String(value))))].join(', ');
}

/** Remotes whose machine settings only their user writes; into those of containers, the editor copies a repository's. */
const ownRemotes: readonly (string | undefined)[] = ['ssh-remote', 'wsl', 'tunnel'];

/** Whether the environment is the user's own: a repository's file can set variables of the container that it describes. */
export function isEnvironmentOwn(): boolean {
  const { remoteName } = vscode.env;
  if (remoteName === undefined || ownRemotes.includes(remoteName)) return true;
  return !isRemote() && remoteName !== 'codespaces';
}

/**
 * The user's value for the machine that this runs on. In a remote window of the desktop, local user settings are for the
 * laptop's network: an HTTP proxy at `localhost` there is nothing here.
 */
function valueOnThisMachine(inspected: InspectedSetting): unknown {
  if (!isRemote()) return foundValue(inspected, 'application')?.value;
  return ownRemotes.includes(vscode.env.remoteName) ? inspected.globalRemoteValue : undefined;
}

/** The window is of the desktop, and its code runs on another machine. */
function isRemote(): boolean {
  return vscode.env.remoteName !== undefined && vscode.env.uiKind === vscode.UIKind.Desktop;
}

interface Place {
  readonly target: vscode.ConfigurationTarget;
  readonly values: 'workspaceValue' | 'globalValue';
}

const places: Readonly<Record<ReturnType<typeof placeOf>, Place>> = {
  workspace: { target: vscode.ConfigurationTarget.Workspace, values: 'workspaceValue' },
  user: { target: vscode.ConfigurationTarget.Global, values: 'globalValue' },
};

function hasFolder(): boolean {
  return (vscode.workspace.workspaceFolders?.length ?? 0) > 0;
}

export type WrittenIn = 'folder' | 'workspaceFile' | 'user';

/** Where a person finds these once they are written: in files of the workspace, if any of them is there. */
export function writtenIn(changes: SettingChanges): WrittenIn | undefined {
  const written = (Object.keys(changes) as SettingKey[]).map((key) => placeOf(key, hasFolder()));
  if (written.length === 0) return undefined;
  if (!written.includes('workspace')) return 'user';
  return vscode.workspace.workspaceFile === undefined ? 'folder' : 'workspaceFile';
}

/** All or, after an error, nothing. */
export async function writeSettings(values: SettingChanges): Promise<void> {
  const configuration = vscode.workspace.getConfiguration(section);
  const placeFor = (key: SettingKey): Place => places[placeOf(key, hasFolder())];
  const before: [SettingKey, unknown][] = [];
  try {
    for (const [key, value] of Object.entries(values) as [SettingKey, unknown][]) {
      const place = placeFor(key);
      before.push([key, configuration.inspect(key)?.[place.values]]);
      await configuration.update(key, value, place.target);
    }
  } catch (error) {
    for (const [key, value] of before.reverse()) await configuration.update(key, value, placeFor(key).target);
    throw new Problem({
      code: 'settings.write',
      message: l10n.t(
        'The settings could not be written: {0}',
        error instanceof Error ? error.message : String(error),
      ),
      remedy: l10n.t(
        'Check that .vscode/settings.json is writable and contains valid JSON, then run "MLflow: Connect" again.',
      ),
      retry: 'afterFix',
      cause: error,
    });
  }
}

/** Calls back once, 300 ms after the last change of our settings or of the editor's HTTP proxy. */
export function onDidChangeSettings(changed: () => void): vscode.Disposable {
  let timer: NodeJS.Timeout | undefined;
  const listener = vscode.workspace.onDidChangeConfiguration((event) => {
    if (!event.affectsConfiguration(section) && !event.affectsConfiguration('http')) return;
    clearTimeout(timer);
    timer = setTimeout(changed, 300);
  });
  return vscode.Disposable.from(listener, { dispose: () => clearTimeout(timer) });
}
