import * as l10n from '@vscode/l10n';
import { quoted } from '../facts.ts';
import type { Provider, SourceConfiguration } from '../provider.ts';

interface StoredConfiguration extends SourceConfiguration {
  readonly provider: 'stored';
}

/** VS Code's secret storage: the credential is entered once, for one tracking server. */
export const stored: Provider<StoredConfiguration> = {
  id: 'stored',
  name: () => l10n.t("VS Code's secret storage"),
  autoSettings: [],
  signInSettings: () => [],
  configure: () => ({ kind: 'ok', source: { provider: 'stored' }, risk: undefined }),

  destination: (_source, trackingOrigin) => ({
    credential: {
      label: l10n.t('Secret'),
      value: trackingOrigin,
      text: l10n.t('the credential that you enter in VS Code for {0}', quoted(trackingOrigin)),
    },
  }),

  bootstrapScope: (_source, trackingOrigin) => [trackingOrigin],
  credentials: [
    {
      name: 'stored.credential',
      label: () => l10n.t('credential for the tracking server'),
      ambient: async () => Promise.resolve([]),
    },
  ],
  mayUseAmbient: () => false,
  neededCredential: () => 'stored.credential',
  isSecretEntered: true,
  isAttended: () => false,
  signInFiles: () => [],
  certificateFiles: () => [],
  signInVariables: [],
  secretVariables: [],
  plugin: undefined,

  async load(_source, context) {
    const { createStoredSource } = await import('./source.ts');
    return createStoredSource(context);
  },
};
