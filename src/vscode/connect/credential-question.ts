import * as l10n from '@vscode/l10n';
import type { ConnectionConfiguration } from '../../configuration/configuration.ts';
import type { ConfigurationResult } from '../../configuration/read-configuration.ts';
import { providerOf } from '../../providers/providers.ts';
import { settingKeys } from '../../settings/manifest.ts';
import type { SettingKey } from '../../settings/manifest.ts';
import type { SettingTexts } from '../../settings/written-values.ts';
import type { ServerCheck } from '../diagnosis/check-tracking-server.ts';
import { withQuietProgress } from '../sinks/messages.ts';
import type { CredentialQuestion } from './wizard.ts';

export type ReadyConfiguration = Extract<ConfigurationResult, { kind: 'ready' }>;

interface QuestionHost {
  readonly credentials: CredentialQuestion['ambient'];
  readonly checkTrackingServer: (uri: string) => Promise<ServerCheck>;
}

/**
 * What is asked for the sign-in of this configuration. Where the tracking server gets it as it is entered, the server says
 * whether that is a password or a token, unless a setting does; `found`: what it said a moment ago.
 */
export async function credentialQuestion(
  { credentials, checkTrackingServer }: QuestionHost,
  ready: ReadyConfiguration,
  { title, found }: { readonly title: string; readonly found?: ServerCheck | undefined },
): Promise<CredentialQuestion> {
  const { configuration } = ready;
  const { origin, basePath } = configuration.tracking;
  const server = origin + basePath;
  const mode = isOfServer(configuration)
    ? schemeOf(
        found ??
          (await withQuietProgress(l10n.t('Asking {0}', server), async () => checkTrackingServer(server))),
      )
    : configuration.authMode;
  const settings: SettingTexts = {
    ...currentTexts(ready),
    ...{ trackingUri: server, provider: configuration.source.provider, 'auth.mode': mode },
  };
  return { title, settings, ambient: credentials };
}

function isOfServer({ authMode, source }: ConnectionConfiguration): boolean {
  return authMode === 'auto' && providerOf(source).isSecretEntered;
}

function schemeOf(check: ServerCheck): string {
  return (check.kind === 'found' ? check.scheme : undefined) ?? 'auto';
}

/** The values in effect, as the wizard's fields show them; defaults are left to the wizard. */
export function currentTexts({ values }: ConfigurationResult): SettingTexts {
  const texts: Partial<Record<SettingKey, string>> = {};
  for (const key of settingKeys) {
    const value = values.get(key);
    if (values.origin(key).kind === 'default' || typeof value !== 'string') continue;
    if (value !== '' && value !== 'auto') texts[key] = value;
  }
  return texts;
}
