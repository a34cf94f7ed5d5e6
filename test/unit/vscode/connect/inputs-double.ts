import { registerHooks } from 'node:module';

/** A double of the editor's input box and list, for a person who answers what is shown. */
export interface Shown {
  readonly title: string;
  /** Of a list. */
  readonly rows: readonly string[] | undefined;
  readonly descriptions: readonly (string | undefined)[] | undefined;
  readonly active: string | undefined;
  /** Of a text. */
  readonly value: string;
  readonly prompt: string;
  readonly objection: string;
}

/**
 * What the person does: a row or a text, then Enter; or keys. `whileLooking`: before all is found, where a function is
 * what happens meanwhile.
 */
export type Answer = { readonly whileLooking: Act | (() => void) } | Act;

/** `goTo`: the row has the focus, and nothing else. */
type Act =
  | { readonly pick: string }
  | { readonly goTo: string }
  | { readonly enter: string }
  | 'Enter'
  | 'Back'
  | 'Escape';

interface Item {
  readonly label: string;
  readonly description?: string;
}

const back = {};

class Input {
  title = '';
  prompt = '';
  placeholder = '';
  value = '';
  password = false;
  busy = false;
  enabled = true;
  buttons: readonly unknown[] = [];
  items: readonly Item[] | undefined;
  activeItems: readonly Item[] = [];
  selectedItems: readonly Item[] = [];
  validationMessage: { readonly message: string } | undefined;
  readonly #listeners = new Map<string, (event: unknown) => unknown>();
  readonly onDidAccept = this.#on('accept');
  readonly onDidHide = this.#on('hide');
  readonly onDidChangeValue = this.#on('value');
  readonly onDidTriggerButton = this.#on('button');

  constructor(items?: readonly Item[]) {
    this.items = items;
  }

  show(): void {
    if (closing.isAtOnce) this.fire('hide');
    else shown.add(this);
  }

  dispose(): void {
    shown.delete(this);
  }

  fire(event: string, payload?: unknown): void {
    this.#listeners.get(event)?.(payload);
  }

  #on(event: string): (listener: (event: unknown) => unknown) => { dispose(): void } {
    return (listener) => {
      this.#listeners.set(event, listener);
      return { dispose: () => void this.#listeners.delete(event) };
    };
  }
}

/** Whether each box is closed the moment it appears, as when a person does something else just then. */
export const closing = { isAtOnce: false };

/** One at a time. */
const shown = new Set<Input>();

/** What the window has open, and how it shows a message: which of the buttons is pressed. */
export const editorWindow: {
  readonly workspace: { workspaceFile?: unknown; workspaceFolders?: readonly unknown[] };
  /** Which row of a list that is asked for in passing is taken. */
  choose: (rows: readonly string[]) => string | undefined;
  press: (message: string, buttons: readonly string[]) => string | undefined | Promise<string | undefined>;
  readonly run: string[];
  readonly terminals: { readonly name: string; readonly processId: Promise<number> }[];
} = { workspace: {}, choose: () => undefined, press: () => undefined, run: [], terminals: [] };

async function shows(
  message: string,
  ...items: readonly { readonly title: string }[]
): Promise<{ readonly title: string } | undefined> {
  const pressed = await editorWindow.press(
    message,
    items.map(({ title }) => title),
  );
  return items.find(({ title }) => title === pressed);
}

const editor = {
  workspace: editorWindow.workspace,
  commands: {
    executeCommand: async (...command: readonly string[]) =>
      Promise.resolve(void editorWindow.run.push(command.join(' '))),
  },
  extensions: { getExtension: () => undefined },
  env: {
    openExternal: async (address: { readonly href: string }) =>
      Promise.resolve(void editorWindow.run.push(`open ${address.href}`)),
  },
  Uri: {
    parse: (text: string) => new URL(text),
    from: ({ scheme, path }: { readonly scheme: string; readonly path: string }) =>
      new URL(`${scheme}:${path}`),
  },
  EventEmitter: class {
    event = (): void => undefined;
    fire(): void {
      this.event();
    }
  },
  ProgressLocation: { Window: 10, Notification: 15 },
  window: {
    withProgress: async (_options: unknown, work: () => unknown) => Promise.resolve(work()),
    terminals: editorWindow.terminals,
    createInputBox: () => new Input(),
    createQuickPick: () => new Input([]),
    showQuickPick: async (items: readonly Item[]) => {
      const chosen = editorWindow.choose(items.map(({ label }) => label));
      return Promise.resolve(items.find(({ label }) => label === chosen));
    },
    showInformationMessage: shows,
    showWarningMessage: shows,
    showErrorMessage: shows,
  },
  ConfigurationTarget: { Global: 1, Workspace: 2 },
  QuickInputButtons: { Back: back },
  InputBoxValidationSeverity: { Error: 3, Warning: 2 },
  Disposable: {
    from: (...all: readonly { dispose(): unknown }[]) => ({
      dispose: () => all.forEach((one) => one.dispose()),
    }),
  },
};
Object.assign(globalThis, { editorDouble: editor });
const source = `export const { env, extensions, Uri, ProgressLocation, window, workspace, commands, ConfigurationTarget, QuickInputButtons, InputBoxValidationSeverity, Disposable, EventEmitter } = globalThis.editorDouble;`;
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'vscode'
      ? { url: `data:text/javascript,${encodeURIComponent(source)}`, format: 'module', shortCircuit: true }
      : next(specifier, context),
});

/** What is shown, once nothing is being looked for, or while something is. */
async function settled(isBusy: boolean): Promise<Input> {
  for (;;) {
    await new Promise((resolve) => setImmediate(resolve));
    const [input] = shown;
    if (input?.busy === isBusy) return input;
  }
}

/** Gives these answers, one for each question, and resolves to what was shown before each. */
export async function answer(answers: readonly Answer[]): Promise<readonly Shown[]> {
  const seen: Shown[] = [];
  for (const given of answers) {
    const isEarly = typeof given === 'object' && 'whileLooking' in given;
    const input = await settled(isEarly);
    const one = isEarly ? given.whileLooking : given;
    const { title, value, prompt, validationMessage, items, activeItems } = input;
    const rows = items?.map(({ label }) => label);
    const [active] = activeItems;
    seen.push({
      title,
      value,
      prompt,
      rows,
      descriptions: items?.map(({ description }) => description),
      active: active?.label,
      objection: validationMessage?.message ?? '',
    });
    if (typeof one === 'function') one();
    else if (one === 'Escape') input.fire('hide');
    else if (one === 'Back') input.fire('button', back);
    else if (typeof one === 'object' && 'goTo' in one) {
      input.activeItems = items?.filter(({ label }) => label === one.goTo) ?? [];
    } else {
      if (typeof one === 'object' && 'enter' in one) {
        input.value = one.enter;
        input.fire('value');
      }
      const label = typeof one === 'object' && 'pick' in one ? one.pick : active?.label;
      input.selectedItems = items?.filter((item) => item.label === label) ?? [];
      input.fire('accept');
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  return seen;
}
