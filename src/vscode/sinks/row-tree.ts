import * as vscode from 'vscode';
import { inertLabel, inertLine } from '../../inert.ts';
import { asProblem, inOneText } from '../../problem.ts';
import { breakable } from './breakable.ts';
import type { TreeContent, TreeHandle } from './tree-view.ts';

const maxLabelLength = 120;
const maxDescriptionLength = 300;
const maxTooltipLength = 500;
const maxMessageLength = 600;

/** One line of a view. */
export interface Row {
  /** Of ours, and another one than that of each other row of the view. */
  readonly id: string;
  readonly label: string;
  /** Shown behind the label, and paler. */
  readonly description?: string;
  /** What the label is: in place of a description, but said before the label. */
  readonly name?: string;
  /** Where there is more to read than the label and the description. */
  readonly tooltip?: string;
  /** For a screen reader, where the description is a picture. */
  readonly spoken?: string;
  /** Of ours: of those that the editor has. */
  readonly icon?: string;
  readonly severity?: 'good' | 'warning' | 'error';
  /** What a click runs, with what is handed to it. */
  readonly command?: string;
  readonly argument?: string;
  readonly children?: readonly Row[];
  /** Whether the children are shown at first. */
  readonly isOpen?: boolean;
}

const colors = {
  good: new vscode.ThemeColor('testing.iconPassed'),
  warning: new vscode.ThemeColor('list.warningForeground'),
  error: new vscode.ThemeColor('list.errorForeground'),
} as const;

/** The rows of a view, which keep their places, and are drawn anew where they have changed only. */
export class RowTree implements TreeContent {
  readonly #handle: TreeHandle;
  #top: readonly Item[] = [];

  constructor(handle: TreeHandle) {
    this.#handle = handle;
  }

  children(item: vscode.TreeItem | undefined): readonly vscode.TreeItem[] {
    return item instanceof Item ? item.items : this.#top;
  }

  /** `message`: above the rows, or in their place; none if it is empty. */
  show(rows: readonly Row[], message = ''): void {
    const text = breakable(inertLabel(message, maxMessageLength));
    if (this.#handle.view.message !== text) this.#handle.view.message = text;
    const before = this.#top;
    this.#top = merged(before, rows, (item) => this.#handle.changed.fire(item));
    if (!isSame(before, this.#top)) this.#handle.changed.fire(undefined);
  }

  /** In place of rows that could not be made. */
  showFailure(error: unknown): void {
    this.show([], inOneText(asProblem(error, 'settings.unexpected', 'afterFix')));
  }

  /** Behind the title of the view. */
  describe(text: string): void {
    const description = inertLabel(text, maxLabelLength);
    if (this.#handle.view.description !== description) this.#handle.view.description = description;
  }

  dispose(): void {
    this.#top = [];
  }
}

class Item extends vscode.TreeItem {
  items: readonly Item[] = [];
  #shown = '';

  constructor(row: Row) {
    super('');
    this.set(row);
  }

  /** Returns whether it looks different now. */
  set({ children = [], ...row }: Row): boolean {
    const hasChildren = children.length > 0;
    const shown = JSON.stringify([row, hasChildren]);
    if (shown === this.#shown) return false;
    this.#shown = shown;
    const label = inertLabel(row.label, maxLabelLength);
    const description = inertLabel(row.name ?? row.description ?? '', maxDescriptionLength);
    const [first, rest] = row.name === undefined ? [label, description] : [description, label];
    this.id = idOf(row, hasChildren);
    this.label = label;
    this.description = description;
    this.tooltip = inertLine(row.tooltip ?? wordsOf(first, rest), maxTooltipLength);
    this.accessibilityInformation = {
      label: wordsOf(first, inertLine(row.spoken ?? rest, maxTooltipLength)),
    };
    this.collapsibleState = collapsibleState(hasChildren, row.isOpen === true);
    Object.assign(this, { iconPath: iconOf(row), command: commandOf(row, label) });
    return true;
  }
}

/** A row that gets its first children is another one: the editor would not show them at first. */
function idOf({ id }: Row, hasChildren: boolean): string {
  return hasChildren ? `${id}+` : id;
}

function wordsOf(label: string, description: string): string {
  return description === '' ? label : `${label}: ${description}`;
}

function iconOf({ icon, severity }: Row): vscode.ThemeIcon | undefined {
  return icon === undefined ? undefined : new vscode.ThemeIcon(icon, severity && colors[severity]);
}

function collapsibleState(hasChildren: boolean, isOpen: boolean): vscode.TreeItemCollapsibleState {
  const { None, Expanded, Collapsed } = vscode.TreeItemCollapsibleState;
  if (!hasChildren) return None;
  return isOpen ? Expanded : Collapsed;
}

function commandOf({ command, argument }: Row, title: string): vscode.Command | undefined {
  return command === undefined
    ? undefined
    : { command, title, ...(argument !== undefined && { arguments: [argument] }) };
}

/** Items that stay are the same objects; those that look different, or have other children, are told of. */
function merged(
  items: readonly Item[],
  rows: readonly Row[],
  changed: (item: Item) => void,
): readonly Item[] {
  const known = new Map(items.map((item) => [item.id, item]));
  return rows.map((row) => {
    const before = known.get(idOf(row, (row.children ?? []).length > 0));
    const item = before ?? new Item(row);
    const isChanged = item.set(row);
    const children = item.items;
    // The editor asks for those within an item that is drawn anew.
    item.items = merged(children, row.children ?? [], isChanged ? () => undefined : changed);
    if (before !== undefined && (isChanged || !isSame(children, item.items))) changed(item);
    return item;
  });
}

function isSame(one: readonly Item[], other: readonly Item[]): boolean {
  return one.length === other.length && one.every((item, index) => item === other[index]);
}
