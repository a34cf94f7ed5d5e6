/** As much of the editor as the extension uses, without windows: what would be shown is kept for whoever asks. */

export interface Notification {
  readonly severity: 'information' | 'warning' | 'error';
  readonly text: string;
  readonly buttons: readonly string[];
}

/** What a locked keychain does to those who ask it. */
export type Keychain = 'open' | 'rejects' | 'hangs';

type Listener = (event: unknown) => unknown;

/** Callable and constructible, as the proxy around it must be. */
function nothing(): undefined {
  return undefined;
}

/** For what is not modelled: any property is there, any call works. */
const standIn: object = new Proxy(nothing, {
  get: (_target, key) =>
    key === 'then' || key === Symbol.iterator
      ? undefined
      : key === Symbol.toPrimitive
        ? (): string => ''
        : standIn,
  apply: () => standIn,
  construct: () => standIn,
  set: () => true,
});

class EventEmitter {
  readonly #listeners = new Set<Listener>();
  readonly event = (listener: Listener): { dispose(): void } => {
    this.#listeners.add(listener);
    return { dispose: () => void this.#listeners.delete(listener) };
  };

  fire(event: unknown): void {
    for (const listener of [...this.#listeners]) listener(event);
  }

  dispose(): void {
    this.#listeners.clear();
  }
}

class Disposable {
  readonly #end: () => unknown;

  constructor(end: () => unknown) {
    this.#end = end;
  }

  static from(...all: readonly { dispose(): unknown }[]): Disposable {
    return new Disposable(() => all.forEach((one) => one.dispose()));
  }

  dispose(): void {
    this.#end();
  }
}

class MarkdownString {
  value: string;

  constructor(value = '') {
    this.value = value;
  }
}

/** Extended when the extension loads. */
class TerminalLink {
  readonly startIndex: number;
  readonly length: number;

  constructor(startIndex: number, length: number) {
    this.startIndex = startIndex;
    this.length = length;
  }
}

/** Of somebody at the keyboard: enters the next answer, if there is one, as soon as it is shown. */
class InputBox {
  value = '';
  readonly #changed = new EventEmitter();
  readonly #accepted = new EventEmitter();
  readonly #others = new EventEmitter();
  readonly #answers: string[];
  readonly onDidChangeValue = this.#changed.event;
  readonly onDidAccept = this.#accepted.event;
  readonly onDidTriggerButton = this.#others.event;
  readonly onDidHide = this.#others.event;

  constructor(answers: string[]) {
    this.#answers = answers;
  }

  show(): void {
    const answer = this.#answers.shift();
    if (answer === undefined) return;
    this.value = answer;
    this.#changed.fire(answer);
    this.#accepted.fire(undefined);
  }

  dispose(): void {
    for (const emitter of [this.#changed, this.#accepted, this.#others]) emitter.dispose();
  }
}

interface StatusBarItem {
  text?: string;
  tooltip?: MarkdownString;
  isShown?: boolean;
}

export class EditorDouble {
  readonly settings = new Map<string, unknown>();
  /** Of the machine where the window's code runs. */
  readonly remoteSettings = new Map<string, unknown>();
  readonly notifications: Notification[] = [];
  readonly log: string[] = [];
  /** Of progress notifications, as they were reported. */
  readonly progress: string[] = [];
  readonly opened: string[] = [];
  /** What a person enters into the next input boxes. Without any, nobody is there. */
  readonly answers: string[] = [];
  remoteName: string | undefined;
  clipboard = '';
  readonly #secrets = new Map<string, string>();
  readonly #commands = new Map<string, () => unknown>();
  readonly #events = new Map<string, EventEmitter>();
  readonly #items: StatusBarItem[] = [];
  readonly #documents = new Map<string, { provideTextDocumentContent(uri: unknown): string }>();
  keychain: Keychain = 'open';
  /** Gives the last document that was shown, as it is now. */
  shownDocument: () => string = () => '';

  /** What `require('vscode')` gives. */
  get module(): object {
    const known: Record<string, unknown> = {
      ...{ EventEmitter, Disposable, MarkdownString, TerminalLink, Uri: this.#uris() },
      ConfigurationTarget: { Global: 1, Workspace: 2, WorkspaceFolder: 3 },
      StatusBarAlignment: { Left: 1, Right: 2 },
      UIKind: { Desktop: 1, Web: 2 },
      ProgressLocation: { SourceControl: 1, Window: 10, Notification: 15 },
      l10n: { bundle: undefined, uri: undefined },
      version: '1.105.0',
      env: this.#namespace('env', this.#env()),
      commands: this.#namespace('commands', this.#commandNamespace()),
      window: this.#namespace('window', this.#window()),
      workspace: this.#namespace('workspace', this.#workspace()),
      extensions: this.#namespace('extensions', { getExtension: nothing, all: [] }),
      authentication: this.#namespace('authentication', {
        getSession: async () => Promise.reject(new Error('nobody is signed in')),
        getAccounts: async () => Promise.resolve([]),
      }),
    };
    // The bundler copies a module's own properties, so those that nobody models are named, too.
    const others =
      'InputBoxValidationSeverity QuickInputButtons QuickPickItemKind ThemeColor ThemeIcon CancellationTokenSource ' +
      'CancellationError RelativePattern Range Position Selection TabInputText ViewColumn ExtensionKind ' +
      'ExtensionMode FileType FileSystemError TextEditorSelectionChangeKind notebooks tasks debug languages tests lm chat';
    for (const name of others.split(' ')) known[name] = standIn;
    return known;
  }

  /** The status bar and its tooltip, as they are read. */
  get status(): { readonly text: string; readonly tooltip: string } {
    const item = this.#items.find(({ text }) => text?.includes('MLflow'));
    return { text: item?.text ?? '', tooltip: item?.tooltip?.value ?? '' };
  }

  async run(command: string): Promise<unknown> {
    const handler = this.#commands.get(command);
    return Promise.resolve(handler?.());
  }

  /** As when the settings file is saved. */
  changeSettings(values: Readonly<Record<string, unknown>>): void {
    this.setSettings(values);
    this.settingsChanged(Object.keys(values));
  }

  /** `null` takes one out. */
  setSettings(values: Readonly<Record<string, unknown>>): void {
    for (const [key, value] of Object.entries(values)) {
      if (value === undefined || value === null) this.settings.delete(key);
      else this.settings.set(key, value);
    }
  }

  async changeSettingsLater(values: Readonly<Record<string, unknown>>): Promise<void> {
    this.changeSettings(values);
    return Promise.resolve();
  }

  settingsChanged(changed: readonly string[]): void {
    this.fire('workspace.onDidChangeConfiguration', {
      affectsConfiguration: (section: string) => changed.some((key) => key.startsWith(section)),
    });
  }

  fire(event: string, payload: unknown): void {
    this.#events.get(event)?.fire(payload);
  }

  get secrets(): object {
    const changed = (key: string): void => this.fire('secrets.onDidChange', { key });
    const attempt = async <T>(act: () => T): Promise<T> => {
      if (this.keychain === 'hangs') return new Promise<T>(() => undefined);
      if (this.keychain === 'rejects') throw new Error('The name org.freedesktop.secrets was not provided');
      return Promise.resolve(act());
    };
    return {
      get: async (key: string) => attempt(() => this.#secrets.get(key)),
      store: async (key: string, value: string) =>
        attempt(() => {
          this.#secrets.set(key, value);
          changed(key);
        }),
      delete: async (key: string) =>
        attempt(() => {
          if (this.#secrets.delete(key)) changed(key);
        }),
      keys: async () => attempt(() => [...this.#secrets.keys()]),
      onDidChange: this.#event('secrets.onDidChange'),
    };
  }

  #namespace(name: string, known: object): object {
    return new Proxy(known, {
      get: (target, key) => {
        if (key in target) return Reflect.get(target, key) as unknown;
        return typeof key === 'string' && /^on(Did|Will)/.test(key) ? this.#event(`${name}.${key}`) : standIn;
      },
    });
  }

  #event(name: string): EventEmitter['event'] {
    const emitter = this.#events.get(name) ?? new EventEmitter();
    this.#events.set(name, emitter);
    return emitter.event;
  }

  #env(): object {
    return {
      appName: 'Visual Studio Code',
      remoteName: this.remoteName,
      clipboard: {
        writeText: async (text: string) => {
          this.clipboard = text;
          return Promise.resolve();
        },
      },
      uiKind: 1,
      openExternal: async (uri: unknown) => {
        this.opened.push(String(uri));
        return Promise.resolve(true);
      },
    };
  }

  #commandNamespace(): object {
    return {
      registerCommand: (id: string, handler: () => unknown) => {
        this.#commands.set(id, handler);
        return new Disposable(() => this.#commands.delete(id));
      },
      executeCommand: async (id: string) => this.run(id),
      getCommands: async () => Promise.resolve([...this.#commands.keys()]),
    };
  }

  #window(): object {
    const shows =
      (severity: Notification['severity']) =>
      async (text: string, ...rest: readonly unknown[]): Promise<undefined> => {
        const buttons = rest.map((item) =>
          typeof item === 'string' ? item : (item as { title?: string }).title,
        );
        this.notifications.push({ severity, text, buttons: buttons.filter((one) => one !== undefined) });
        return Promise.resolve(undefined);
      };
    const line =
      (level: string) =>
      (text: string): void =>
        void this.log.push(`${level} ${text}`);
    return {
      state: { focused: true, active: true },
      terminals: [],
      visibleNotebookEditors: [],
      showInformationMessage: shows('information'),
      showWarningMessage: shows('warning'),
      showErrorMessage: shows('error'),
      showQuickPick: async () => Promise.resolve(undefined),
      createInputBox: () => new InputBox(this.answers),
      showTextDocument: async () => Promise.resolve(standIn),
      createStatusBarItem: () => {
        const item = { show: () => undefined, hide: () => undefined, dispose: () => undefined };
        this.#items.push(item as StatusBarItem);
        return item;
      },
      createOutputChannel: () => ({
        ...{
          info: line('info'),
          warn: line('warn'),
          error: line('error'),
          debug: line('debug'),
          trace: nothing,
        },
        ...{ show: nothing, dispose: nothing, onDidChangeLogLevel: () => new Disposable(nothing) },
      }),
      withProgress: async (_options: unknown, task: (progress: object, token: object) => unknown) => {
        const report = ({ message = '' }: { readonly message?: string }): void =>
          void this.progress.push(message);
        const token = {
          isCancellationRequested: false,
          onCancellationRequested: () => new Disposable(nothing),
        };
        return Promise.resolve(task({ report }, token));
      },
    };
  }

  #workspace(): object {
    return {
      isTrusted: true,
      workspaceFolders: undefined,
      getConfiguration: (section?: string) => {
        const full = (key: string): string => (section === undefined ? key : `${section}.${key}`);
        const value = (key: string): unknown => this.settings.get(full(key));
        return {
          get: (key: string, otherwise?: unknown) => value(key) ?? otherwise,
          has: (key: string) => value(key) !== undefined,
          inspect: (key: string) => ({
            key: full(key),
            globalValue: value(key),
            globalLocalValue: value(key),
            globalRemoteValue: this.remoteSettings.get(full(key)),
          }),
          update: async (key: string, to: unknown) => this.changeSettingsLater({ [full(key)]: to }),
        };
      },
      registerTextDocumentContentProvider: (
        scheme: string,
        provider: { provideTextDocumentContent(uri: unknown): string },
      ) => {
        this.#documents.set(scheme, provider);
        return new Disposable(() => this.#documents.delete(scheme));
      },
      openTextDocument: async (uri: { readonly scheme?: string; readonly content?: string }) => {
        const provider = this.#documents.get(uri.scheme ?? '');
        this.shownDocument = () => provider?.provideTextDocumentContent(uri) ?? uri.content ?? '';
        return Promise.resolve(standIn);
      },
    };
  }

  #uris(): object {
    const of = (text: string, parts: object = {}): object => ({
      ...parts,
      toString: () => text,
      fsPath: text,
    });
    return {
      from: (parts: { readonly scheme: string; readonly path?: string }) =>
        of(`${parts.scheme}:${parts.path ?? ''}`, parts),
      parse: (text: string) => of(text, { scheme: text.split(':')[0] }),
      file: (path: string) => of(path, { scheme: 'file', path }),
      joinPath: (base: { readonly fsPath: string }, ...more: readonly string[]) =>
        of([base.fsPath, ...more].join('/')),
    };
  }
}
