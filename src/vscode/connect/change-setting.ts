import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { ConfigurationResult } from '../../configuration/read-configuration.ts';
import { section, settingKeys, settings } from '../../settings/manifest.ts';
import type { SettingDescriptor, SettingKey } from '../../settings/manifest.ts';
import type { ValueOrigin } from '../../settings/setting-values.ts';
import type { SettingTexts } from '../../settings/written-values.ts';
import { askText } from './multi-step-input.ts';
import { required } from './step-kit.ts';

export interface ChangeSettingHost {
  readonly read: () => Promise<ConfigurationResult>;
  /** Connects with this value, after approval where that is due, and saves it. */
  readonly connectWith: (change: SettingTexts) => Promise<unknown>;
}

/**
 * *Change Setting*: leads to the value that counts. A text of the workspace can be corrected at once; anything else is
 * shown where it is set, since the editor's own search shows the user's settings, also where another value counts.
 */
export async function changeSetting({ read, connectWith }: ChangeSettingHost, name: unknown): Promise<void> {
  const key = settingKeys.find((one) => one === name);
  if (key === undefined) return;
  const { values } = await read();
  const value = values.get(key);
  const { kind } = values.origin(key);
  if (typeof value !== 'string' || !isCorrectedHere(key, kind)) {
    await vscode.commands.executeCommand(editors[kind], { query: `@id:${section}.${key}` });
    return;
  }
  const answer = await askText({
    ...{ title: `${section}.${key}`, hasBack: false, value },
    prompt: l10n.t('New value, saved for this workspace'),
    check: (text) => (text === value ? unchanged() : required(text)),
  });
  if (answer.kind === 'value') await connectWith({ [key]: answer.value });
}

function unchanged(): { readonly message: string; readonly severity: 'error' } {
  return {
    message: l10n.t('This is the value that does not work. Change it, or press Escape.'),
    severity: 'error',
  };
}

function isCorrectedHere(key: SettingKey, kind: ValueOrigin['kind']): boolean {
  const { scope, type, values, isHidden }: SettingDescriptor & { readonly values?: readonly string[] } =
    settings[key];
  const isText = type === 'string' && values === undefined && isHidden !== true;
  return isText && scope === 'window' && (kind === 'workspace' || kind === 'default');
}

const editors: Readonly<Record<ValueOrigin['kind'], string>> = {
  default: 'workbench.action.openSettings',
  environment: 'workbench.action.openSettings',
  user: 'workbench.action.openSettings',
  remote: 'workbench.action.openRemoteSettings',
  workspace: 'workbench.action.openWorkspaceSettings',
};
