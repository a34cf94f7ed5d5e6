import * as vscode from 'vscode';
import { contextKeys } from '../settings/manifest.ts';
import { setContext } from './commands.ts';

/** By then, the editor knows the steps of a walkthrough that was just opened. */
const knownAfterMs = 2000;

/**
 * The editor takes a step for done when its context becomes true, and not where that was true before anything of its
 * welcome page was opened. So the contexts become true once more, for a moment, when that may have been: no extension is
 * told what is in such a tab, and its name need not be that of the walkthrough. Too often does no harm.
 */
export function watchWalkthrough(): vscode.Disposable {
  let timer: NodeJS.Timeout | undefined;
  const look = (tabs: readonly vscode.Tab[]): void => {
    if (!tabs.some(({ isActive, input }) => isActive && input === undefined)) return;
    clearTimeout(timer);
    timer = setTimeout(() => void sayAgain(), knownAfterMs);
  };
  look(vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs));
  return vscode.window.tabGroups.onDidChangeTabs(({ opened, changed }) => look([...opened, ...changed]));
}

async function sayAgain(): Promise<void> {
  for (const isSaid of [true, false]) await setContext(contextKeys.sayAgain, isSaid);
}
