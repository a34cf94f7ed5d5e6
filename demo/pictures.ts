import { join } from 'node:path';
import { Terminal } from '../test/support/workbench/terminal.ts';
import type { Workbench } from '../test/support/workbench/workbench.ts';
import { connect, runTimeoutMs } from './hands.ts';
import type { DemoSource } from './sources/source.ts';

/** Of the demo's own, which are nothing to look at. */
export const tidySettings = {
  'files.exclude': { '.vscode': true, 'show_environment.py': true, 'model.npz': true },
  'editor.minimap.enabled': false,
  'explorer.autoReveal': false,
};

/** Makes the picture of the README, in a window whose folder is trusted, with what is really seen. */
export async function takePictures(workbench: Workbench, source: DemoSource, folder: string): Promise<void> {
  await workbench.openFile('train.py');
  await connect(workbench, source, async () => Promise.resolve());
  await workbench.clearNotifications();
  await workbench.runCommand('View: Toggle Primary Side Bar Visibility');
  const terminal = new Terminal(workbench);
  await terminal.open();
  // The prompt of whoever makes the pictures has names in it.
  await terminal.type(" PS1='$ '; clear");
  await terminal.waitFor(/^\s*\$\s*$/);
  await terminal.type('python train.py');
  await terminal.waitFor(/training is done|Traceback|error:/, runTimeoutMs);
  await workbench.screenshot(join(folder, 'connected.png'));
}
