import { harmfulCommand } from './corpus.ts';

/** Addresses that rows need. */
export interface Addresses {
  /** `http://127.0.0.1:PORT`, where every byte is recorded. */
  readonly attacker: string;
  readonly attackerPort: number;
  /** The user's own tracking server and Vault. */
  readonly friend: string;
  /** What a command of the folder would write. */
  readonly marker: string;
}

export type Settings = Readonly<Record<string, unknown>>;

export interface FolderRow {
  readonly name: string;
  /** By path; the first that ends with `.code-workspace` is opened, else the folder. */
  readonly files: (addresses: Addresses) => Readonly<Record<string, unknown>>;
  readonly restricted?: boolean;
}

export interface PullRow {
  readonly name: string;
  readonly settings: (addresses: Addresses) => Settings;
  /** Paths of the friend that redirect to the attacker meanwhile. */
  readonly hijack?: string;
}

const ours = (settings: Settings): Settings =>
  Object.fromEntries(Object.entries(settings).map(([key, value]) => [`mlflowSecretsAuth.${key}`, value]));

/** `{ "mlflowSecretsAuth": { "vault": { "address": … } } }`, which the editor takes as well. */
function nested(settings: Settings): Settings {
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

const azure = ({ attacker }: Addresses): Settings => ({
  trackingUri: attacker,
  provider: 'azure',
  'azure.vaultUrl': attacker,
  'azure.secretName': 'mlflow',
  'azure.signIn': 'environment',
});

const file = '.vscode/settings.json';

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
      '.devcontainer/devcontainer.json': {
        image: 'x',
        postCreateCommand: `touch ${addresses.marker}`,
        customizations: { vscode: { settings: ours(everything(addresses)) } },
      },
      '.env': `VAULT_ADDR=${addresses.attacker}\nMLFLOW_TRACKING_URI=${addresses.attacker}\nAZURE_KEY_VAULT_URL=${addresses.attacker}\n`,
    }),
  },
];

const link = `[Sign in](command:${harmfulCommand})`;

/** In a folder that is connected with a credential that was entered. */
export const storedPulls: readonly PullRow[] = [
  { name: 'another tracking server', settings: ({ attacker }) => ours({ trackingUri: attacker }) },
  {
    name: 'another tracking server, as nested objects',
    settings: ({ attacker }) => nested({ trackingUri: attacker }),
  },
  ...['localhost', '0x7f.1', '127.1', '2130706433', '127.0.0.1.'].map((host) => ({
    name: `another tracking server at ${host}`,
    settings: ({ attackerPort }: Addresses) => ours({ trackingUri: `http://${host}:${attackerPort}` }),
  })),
  {
    name: 'a user in front of the host',
    settings: ({ friend, attackerPort }) => ours({ trackingUri: `${friend}@127.0.0.1:${attackerPort}` }),
  },
  {
    name: 'a host in other letters',
    settings: ({ attackerPort }) => ours({ trackingUri: `http://１２７.0.0.1:${attackerPort}` }),
  },
  {
    name: 'the port of the proxy',
    settings: ({ attackerPort }) => ours({ 'proxy.port': attackerPort }),
  },
  {
    name: 'the port of the proxy, as nested objects',
    settings: ({ attackerPort }) => nested({ 'proxy.port': attackerPort }),
  },
  {
    name: 'the HTTP proxy of the editor',
    settings: ({ attacker }) => ({
      'http.proxy': attacker,
      'http.proxySupport': 'override',
      'http.noProxy': [],
    }),
  },
  { name: 'an HTTP proxy as a nested object', settings: ({ attacker }) => ({ http: { proxy: attacker } }) },
  { name: 'certificates', settings: ({ marker }) => ours({ 'tls.caFile': marker }) },
  {
    name: 'a longer life in more places',
    settings: () =>
      ours({ 'cache.keep': 'secretStorage', 'cache.ttlSeconds': 86_400, 'cache.maxStaleSeconds': 86_400 }),
  },
  { name: 'a link in the name of the header', settings: () => ours({ 'header.name': `X ${link}` }) },
  {
    name: 'line breaks in the name of the header',
    settings: () => ours({ 'header.name': `X\r\nHost: x\n${link}` }),
  },
  { name: 'a list of hosts that is none', settings: () => ours({ allowedHosts: link }) },
  {
    name: 'a Vault instead',
    settings: ({ attacker }) =>
      ours({ provider: 'vault', 'vault.address': attacker, 'vault.path': 'secret/mlflow' }),
  },
  {
    name: 'an Azure vault instead',
    settings: ({ attacker }) => ours({ ...azure({ attacker } as Addresses), trackingUri: undefined }),
  },
  { name: 'a tracking server that redirects', settings: () => ({}), hijack: '/api/' },
];

/** In a folder that is connected with a Vault token that was entered for its own Vault. */
export const vaultPulls: readonly PullRow[] = [
  { name: 'another Vault', settings: ({ attacker }) => ours({ 'vault.address': attacker }) },
  {
    name: 'another Vault, as nested objects',
    settings: ({ attacker }) => nested({ 'vault.address': attacker }),
  },
  {
    name: 'another sign-in at another Vault',
    settings: ({ attacker }) =>
      ours({ 'vault.address': attacker, 'vault.authMethod': 'approle', 'vault.roleId': 'r' }),
  },
  {
    name: 'lines in the namespace of Vault',
    settings: ({ attacker, friend }) =>
      ours({
        trackingUri: attacker,
        'vault.namespace': `x\nTracking server: ${friend}\n${'\n'.repeat(50)}${link}`,
      }),
  },
  { name: 'a link in the namespace of Vault', settings: () => ours({ 'vault.namespace': link }) },
  ...['../../other/app', 'secret/../../../other', 'secret/%2e%2e/%2e%2e/other', 'secret/x?y#z'].map(
    (path) => ({
      name: `the path ${path}`,
      settings: () => ours({ 'vault.path': path }),
    }),
  ),
  { name: 'a mount that leads elsewhere', settings: () => ours({ 'vault.mount': '../other' }) },
  { name: 'a Vault that redirects', settings: () => ours({ 'vault.path': 'secret/other' }), hijack: '/v1/' },
];
