import { join } from 'node:path';
import * as l10n from '@vscode/l10n';
import type { ExtensionContext } from 'vscode';
import { lastingPackageFolder } from '../python/package-folder.ts';

/** Where Python finds the interception package, also after an update of the extension. */
export function pythonPackageFolder(
  { extensionPath, globalStorageUri }: ExtensionContext,
  log: (line: string) => void,
): string {
  const shipped = join(extensionPath, 'media', 'python');
  return lastingPackageFolder(shipped, join(globalStorageUri.fsPath, 'python'), (code) =>
    log(l10n.t('The Python package could not be copied to a lasting folder ({0}).', code)),
  );
}
