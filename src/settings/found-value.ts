import type { SettingScope } from './manifest.ts';
import type { FoundValue } from './setting-values.ts';

/** What the editor says of one setting; the parts by user settings' place are not in its public types. */
export interface InspectedSetting {
  /** The user's, whichever place they are from: `globalRemoteValue` wins, then `globalLocalValue`, then the default profile's. */
  readonly globalValue?: unknown;
  readonly globalLocalValue?: unknown;
  /** Of the machine settings on a remote, into which the settings of a dev container's file are copied. */
  readonly globalRemoteValue?: unknown;
  readonly workspaceValue?: unknown;
  readonly workspaceFolderValue?: unknown;
}

/** What may be somebody else's: of the folder, the workspace and the remote machine. */
export function foreignValues(inspected: InspectedSetting): readonly unknown[] {
  const { workspaceFolderValue, workspaceValue, globalRemoteValue } = inspected;
  return [...new Set([workspaceFolderValue, workspaceValue, globalRemoteValue])];
}

/** The value that counts and, beneath a workspace's or remote's, the user's own. */
export function foundValue(inspected: InspectedSetting, scope: SettingScope): FoundValue | undefined {
  const own = ownValue(inspected, scope);
  if (scope === 'application') return own;
  const { workspaceValue, globalRemoteValue } = inspected;
  const beneath = own && { own };
  if (workspaceValue !== undefined) {
    return { value: workspaceValue, origin: { kind: 'workspace' }, ...beneath };
  }
  if (globalRemoteValue !== undefined) {
    return { value: globalRemoteValue, origin: { kind: 'remote' }, ...beneath };
  }
  return own;
}

function ownValue(inspected: InspectedSetting, scope: SettingScope): FoundValue | undefined {
  const { globalValue, globalLocalValue, globalRemoteValue } = inspected;
  const origin = { kind: 'user' } as const;
  if (globalLocalValue !== undefined) return { value: globalLocalValue, origin };
  if (globalRemoteValue === undefined)
    return globalValue === undefined ? undefined : { value: globalValue, origin };
  // The remote's value hides what the default profile may have: `null` is usable for no setting, so a policy that
  // cannot be seen does not count as none.
  return scope === 'application' ? { value: null, origin } : undefined;
}
