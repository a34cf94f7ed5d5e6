import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { inertLabel, inertLine } from '../../inert.ts';

const maxTitleLength = 100;
const maxSentenceLength = 480;
const maxLabelLength = 100;
/** Of what is filled in; no setting of ours has a longer value that a person would edit here. */
const maxValueLength = 2000;

export interface Place {
  readonly title: string;
}

export interface TextInputOptions extends Place {
  readonly prompt: string;
  /** A value of the form that is asked for. */
  readonly example?: string | undefined;
  readonly value: string;
  readonly password?: boolean;
}

/** An input box whose words are set by what is here, and nowhere else. */
export type TextInput = Omit<
  vscode.InputBox,
  'title' | 'prompt' | 'placeholder' | 'validationMessage' | 'password'
>;

export function createTextInput(options: TextInputOptions): TextInput {
  const input = vscode.window.createInputBox();
  place(input, options);
  const { prompt, example } = options;
  input.prompt = inertLabel(
    example ? l10n.t('{0}, for example {1}', prompt, example) : prompt,
    maxSentenceLength,
  );
  // The editor names the field by it: a screen reader would read an example, or nothing, in place of the question.
  input.placeholder = inertLabel(prompt, maxSentenceLength);
  input.value = filledIn(options.value);
  input.password = options.password ?? false;
  return input;
}

/** A value that does not look like what it is would be accepted unseen: the user enters it. */
function filledIn(value: string): string {
  return inertLine(value, maxValueLength) === value ? value : '';
}

export function showObjection(
  input: TextInput,
  objection: { readonly message: string; readonly severity: 'error' | 'warning' } | undefined,
): void {
  (input as vscode.InputBox).validationMessage =
    objection === undefined
      ? undefined
      : {
          message: inertLabel(objection.message, maxSentenceLength),
          severity:
            objection.severity === 'error'
              ? vscode.InputBoxValidationSeverity.Error
              : vscode.InputBoxValidationSeverity.Warning,
        };
}

export interface PickEntry {
  readonly label: string;
  /** Of ours: of those that the editor has. */
  readonly icon?: string;
  readonly description?: string | undefined;
  readonly detail?: string;
  /** Also where what is typed to filter the list is not in it. */
  readonly isAlwaysShown?: boolean;
}

export type Pick<T> = Omit<vscode.QuickPick<vscode.QuickPickItem & T>, 'title' | 'placeholder' | 'items'>;
type EntryPick<T> = vscode.QuickPick<vscode.QuickPickItem & { readonly entry: T }>;

/** A list whose words are set by what is here, and nowhere else. */
export function createPick<T extends PickEntry>(
  options: Place & { readonly placeholder: string },
  entries: readonly T[],
  isActive: (entry: T) => boolean,
): Pick<{ readonly entry: T }> {
  const pick = vscode.window.createQuickPick<vscode.QuickPickItem & { readonly entry: T }>();
  place(pick, options);
  fill(pick, options.placeholder, entries, isActive);
  return pick;
}

/** In place of what the list had, with another placeholder. */
export function refillPick<T extends PickEntry>(
  pick: Pick<{ readonly entry: T }>,
  placeholder: string,
  entries: readonly T[],
  isActive: (entry: T) => boolean,
): void {
  fill(pick as EntryPick<T>, placeholder, entries, isActive);
}

/** Of rows that stay where they are, some have new words, and more come after them: who is at a row stays there. */
export function extendPick<T extends PickEntry>(
  pick: Pick<{ readonly entry: T }>,
  entries: readonly T[],
): void {
  const { items, activeItems } = pick as EntryPick<T>;
  const at = items.findIndex((item) => activeItems.includes(item));
  (pick as EntryPick<T>).keepScrollPosition = true;
  fill(
    pick as EntryPick<T>,
    (pick as EntryPick<T>).placeholder ?? '',
    entries,
    (entry) => entry === entries[at],
  );
}

function fill<T extends PickEntry>(
  pick: EntryPick<T>,
  placeholder: string,
  entries: readonly T[],
  isActive: (entry: T) => boolean,
): void {
  pick.placeholder = inertLabel(placeholder, maxSentenceLength);
  pick.items = entries.map((entry) => ({ ...itemOf(entry), entry }));
  pick.activeItems = pick.items.filter(({ entry }) => isActive(entry));
}

/** Lets the user choose one of these in passing. */
export async function pickOne<T extends PickEntry>(
  title: string,
  placeholder: string,
  entries: readonly T[],
): Promise<T | undefined> {
  const chosen = await vscode.window.showQuickPick(
    entries.map((entry) => ({ ...itemOf(entry), entry })),
    {
      title: inertLabel(title, maxTitleLength),
      placeHolder: inertLabel(placeholder, maxSentenceLength),
    },
  );
  return chosen?.entry;
}

function itemOf({ label, icon, description, detail, isAlwaysShown }: PickEntry): vscode.QuickPickItem {
  const text = inertLabel(label, maxLabelLength);
  return {
    label: text,
    // Not within the label: a screen reader would read its name.
    ...(icon !== undefined && { iconPath: new vscode.ThemeIcon(icon) }),
    ...(description !== undefined && { description: inertLabel(description, maxLabelLength) }),
    ...(detail !== undefined && { detail: inertLabel(detail, maxSentenceLength) }),
    ...(isAlwaysShown === true && { alwaysShow: true }),
  };
}

function place(input: vscode.QuickInput, { title }: Place): void {
  input.title = inertLabel(title, maxTitleLength);
  // Looking something up in another window must not lose what was entered.
  input.ignoreFocusOut = true;
}
