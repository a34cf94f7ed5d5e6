import * as vscode from 'vscode';
import { inertLabel, inertLine } from '../../inert.ts';
import { addToScreen, messagesOnScreen, removeFromScreen } from './on-screen.ts';
import { minReadingMs } from './reading-time.ts';

/** The editor cuts a message after 1000 characters, what is to be done first. */
const maxPartLength = 480;
const maxTitleLength = 200;
const maxButtonLength = 60;

export interface Button {
  readonly label: string;
  readonly run: () => unknown;
}

/** The buttons of what nobody has answered or closed yet, by its words. */
const open = new Map<string, OpenMessage>();

interface OpenMessage {
  items: readonly Item[];
  count: number;
}

/**
 * Sentences, each of which may hold words of others; `buttons` are all that can be clicked. The editor puts a message in the
 * place of one that is the same in words and buttons. So what is there already with other buttons keeps those, and is not
 * there twice. Resolves when it is no longer on the screen, and what its button ran has ended.
 */
export async function showMessage(
  severity: 'information' | 'warning' | 'error',
  sentences: readonly [string, string?],
  buttons: readonly Button[] = [],
): Promise<void> {
  const text = sentences.map((sentence = '') => inertLabel(sentence, maxPartLength)).join(' ');
  const own = buttons.map(({ label, run }) => ({ title: inertLabel(label, maxButtonLength), run }));
  const one = open.get(text) ?? { items: own, count: 0 };
  if (titlesOf(one.items) === titlesOf(own)) one.items = own;
  open.set(text, one);
  one.count += 1;
  const { promise: taken, resolve } = Promise.withResolvers<undefined>();
  const take = (): void => {
    leave();
    resolve(undefined);
  };
  const message = { isLasting: severity === 'error' && buttons.length > 0, take };
  const leave = (): void => {
    if (!removeFromScreen(message)) return;
    one.count -= 1;
    if (one.count === 0) open.delete(text);
  };
  addToScreen(message);
  const answered = async (): Promise<void> => {
    const chosen = await show[severity](text, one.items);
    leave();
    // Also of one that was taken from the screen: the editor's list still has its buttons.
    await chosen?.run();
  };
  await Promise.race([answered(), taken]);
}

/**
 * Takes messages from the screen where a person has begun, or ended, what makes those before it untrue; not where a
 * connection was made, which asks about running kernels. An extension cannot close its own messages; the editor keeps all
 * of them in its list.
 */
export async function clearScreen(): Promise<void> {
  const all = messagesOnScreen();
  if (all.length === 0) return;
  await vscode.commands.executeCommand('notifications.hideToasts');
  for (const { take } of all) take();
}

const titlesOf = (items: readonly Item[]): string => items.map(({ title }) => title).join('\n');

type Item = vscode.MessageItem & Pick<Button, 'run'>;
type Show = (text: string, items: readonly Item[]) => Thenable<Item | undefined>;

const show: Readonly<Record<'information' | 'warning' | 'error', Show>> = {
  information: (text, items) => vscode.window.showInformationMessage(text, ...items),
  warning: (text, items) => vscode.window.showWarningMessage(text, ...items),
  error: (text, items) => vscode.window.showErrorMessage(text, ...items),
};

/** A line of a dialog is cut in the middle, so that it stays one on any screen. */
const maxDialogLineLength = 200;

export interface Dialog<Answer> {
  /** A warning has a sign of danger. */
  readonly severity: 'information' | 'warning';
  readonly title: string;
  readonly lines: readonly string[];
  /** The focus is on the first; *Cancel* comes last. */
  readonly buttons: readonly { readonly label: string; readonly answer: Answer }[];
}

/**
 * A modal dialog; resolves to what the pressed button means, pressed by somebody who had the time to read it, and to
 * `undefined` where the user cancelled. No value of others can begin a line of its own.
 */
export async function askInDialog<Answer>(dialog: Dialog<Answer>): Promise<Answer | undefined> {
  const title = inertLabel(dialog.title, maxTitleLength);
  const detail = dialog.lines.map((line) => inertLine(line, maxDialogLineLength)).join('\n');
  const buttons = dialog.buttons.map(({ label, answer }) => ({
    title: inertLabel(label, maxButtonLength),
    answer,
  }));
  const options = { modal: true, detail };
  for (;;) {
    const shownAt = performance.now();
    const chosen =
      dialog.severity === 'warning'
        ? await vscode.window.showWarningMessage(title, options, ...buttons)
        : await vscode.window.showInformationMessage(title, options, ...buttons);
    if (chosen === undefined) return undefined;
    if (performance.now() - shownAt >= minReadingMs) return chosen.answer;
  }
}

/** In a notification, where the user can cancel it. */
export async function withCancellableProgress(
  title: string,
  work: (cancelled: vscode.CancellationToken) => Promise<void>,
): Promise<void> {
  await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: inertLabel(title, maxTitleLength),
      cancellable: true,
    },
    async (_progress, cancelled) => work(cancelled),
  );
}

/** In the status bar. */
export async function withQuietProgress<T>(title: string, work: () => Promise<T>): Promise<T> {
  const options = { location: vscode.ProgressLocation.Window, title: inertLabel(title, maxTitleLength) };
  return vscode.window.withProgress(options, work);
}
