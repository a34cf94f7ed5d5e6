import * as vscode from 'vscode';
import { contextKeys } from '../settings/manifest.ts';
import { setContext } from './commands.ts';

export interface Manifest {
  readonly contributes: { readonly walkthroughs: readonly [{ readonly title: string }] };
}

/**
 * Says when the walkthrough is open: the editor takes a step for done when its context becomes true, and never where that
 * was true before the walkthrough was opened for the first time. Only the tab's name tells what is in it.
 */
export function watchWalkthrough({ contributes }: Manifest): vscode.Disposable {
  const [{ title }] = contributes.walkthroughs;
  const look = (): void => {
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    if (!tabs.some(({ label }) => label.includes(title))) return;
    listener.dispose();
    void setContext(contextKeys.walkthroughOpened, true);
  };
  const listener = vscode.window.tabGroups.onDidChangeTabs(look);
  look();
  return listener;
}
