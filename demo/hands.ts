import { labels, statusText } from '../src/vscode/labels.ts';
import { commandTitle } from '../test/support/workbench/command-title.ts';
import { Notebook } from '../test/support/workbench/notebook.ts';
import { Terminal } from '../test/support/workbench/terminal.ts';
import type { Workbench } from '../test/support/workbench/workbench.ts';
import { trackingUri } from './company.ts';
import type { DemoSource } from './sources/source.ts';

/** A machine that is busy otherwise takes minutes for what takes half of one alone. */
export const runTimeoutMs = 480_000;

export type Screenshot = (name: string) => Promise<void>;

/** *MLflow: Connect*, as a user does it for the first time. Resolves to the text of the approval. */
export async function connect(
  workbench: Workbench,
  source: DemoSource,
  screenshot: Screenshot,
): Promise<string> {
  await workbench.runCommand(commandTitle('connect'));
  await workbench.dialog().filter({ hasText: trackingUri }).waitFor();
  await screenshot('1-approval');
  const approval = await workbench.answerDialog(trackingUri, labels.approve());
  await source.typeCredential(workbench);
  await workbench.statusBarItem(statusText('connected')).waitFor();
  await workbench.notification(labels.connected().replace(/\.$/, '')).waitFor();
  await workbench.notification(labels.connectingTo(trackingUri)).waitFor({ state: 'hidden' });
  await screenshot('2-connected');
  return approval;
}

/** Runs the script in the integrated terminal; `during` is waited for while it runs. */
export async function runScript(
  workbench: Workbench,
  screenshot: Screenshot,
  during: () => Promise<void>,
): Promise<void> {
  const terminal = new Terminal(workbench);
  await workbench.openFile('train.py');
  await terminal.open();
  await terminal.type('python train.py');
  const ended = terminal.waitFor(/training is done|Traceback|error:/, runTimeoutMs);
  await Promise.all([during(), ended]);
  await screenshot('3-terminal');
  if (!(await terminal.text()).includes('training is done')) {
    throw new Error(`train.py failed:\n${await terminal.text()}`);
  }
  await terminal.type('python show_environment.py');
  await terminal.waitFor(/environment is written/);
}

export async function runNotebook(
  workbench: Workbench,
  screenshot: Screenshot,
  during: () => Promise<void>,
): Promise<void> {
  await workbench.hidePanel();
  const notebook = new Notebook(workbench);
  await notebook.open('analysis.ipynb');
  await notebook.runAll();
  const ended = notebook.waitForOutput('analysis is done', runTimeoutMs);
  await Promise.all([during(), ended]);
  await notebook.showPlot();
  await screenshot('4-notebook');
}
