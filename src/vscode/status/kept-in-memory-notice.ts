import * as l10n from '@vscode/l10n';

/** Said once in a window that works without the keychain. */
export function keptInMemoryNotice(): readonly [string, string] {
  return [
    l10n.t("VS Code's secret storage cannot be used, so MLflow works from the memory of this window."),
    l10n.t(
      'Unlock the keychain of your computer. Otherwise, after a reload, you are asked again for what you entered, and running kernels and terminals have to be restarted.',
    ),
  ];
}
