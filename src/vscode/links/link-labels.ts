import * as l10n from '@vscode/l10n';

/** Below a cell of a notebook that printed a link. */
export const openInMlflow = (): string => l10n.t('Open in MLflow');
