/**
 * Measures how long the built extension takes to load and to activate with nothing configured, in a fresh
 * process. The editor is a stand-in that answers every call at once, so what is measured is our own work.
 */
import Module, { createRequire } from 'node:module';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const require = createRequire(import.meta.url);
const nothing = () => undefined;

/** Callable and constructible, as the proxy around it must be. */
function editorStandIn() {
  return undefined;
}

/** Any property is there, any call works, and a settings look-up finds nothing. */
const standIn = new Proxy(editorStandIn, {
  get: (_target, key) => {
    if (key === 'then' || key === Symbol.iterator) return undefined;
    if (key === Symbol.toPrimitive) return () => '';
    if (key === 'inspect' || key === 'get') return nothing;
    // In English.
    if (key === 'bundle') return undefined;
    return standIn;
  },
  apply: () => standIn,
  construct: () => standIn,
  set: () => true,
});

/** The bundler copies a module's own properties, so they are named here. */
const names =
  'authentication commands env extensions l10n lm window workspace ConfigurationTarget Disposable EventEmitter';
const more = 'MarkdownString ProgressLocation QuickInputButtons StatusBarAlignment ThemeColor Uri';
const editor = Object.fromEntries(`${names} ${more}`.split(' ').map((name) => [name, standIn]));

const load = Module._load;
Module._load = (request, ...rest) => (request === 'vscode' ? editor : load(request, ...rest));

const memory = { get: nothing, update: async () => undefined };
const started = performance.now();
const extension = require(join(root, 'dist', 'extension.cjs'));
const loaded = performance.now();
const context = {
  workspaceState: memory,
  globalState: memory,
  secrets: {
    get: async () => undefined,
    store: async () => undefined,
    delete: async () => undefined,
    keys: async () => [],
    onDidChange: () => standIn,
  },
  subscriptions: [],
  extensionPath: root,
  globalStorageUri: { fsPath: join(root, 'out', 'storage') },
  extension: { packageJSON: require(join(root, 'package.json')) },
  environmentVariableCollection: standIn,
};
await extension.activate(context);
console.log(JSON.stringify({ load: loaded - started, activate: performance.now() - loaded }));
process.exit(0);
