import { harmfulCommand } from './corpus.ts';
import { azure, nested, ours } from './rows.ts';
import type { Addresses, FolderRow, Settings } from './rows.ts';

export interface PullRow {
  readonly name: string;
  readonly settings: (addresses: Addresses) => Settings;
  /** Of the remote machine, as the file of a dev container sets them. */
  readonly machine?: FolderRow['machine'];
  /** Other files that change, by path. */
  readonly files?: Readonly<Record<string, string>>;
  /** Paths of the friend that redirect to the attacker meanwhile. */
  readonly hijack?: string;
}

/** In the folder, where the user's own settings name it. */
export const certificateFile = 'certificates.pem';

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
  {
    name: 'an HTTP proxy as a nested object',
    settings: ({ attacker }) => ({ http: { proxy: attacker } }),
  },
  {
    name: 'the settings of a dev container',
    settings: () => ({}),
    machine: ({ attacker, attackerPort }) => ({
      ...ours({ trackingUri: attacker, 'proxy.port': attackerPort, 'cache.keep': 'secretStorage' }),
      'http.proxy': attacker,
    }),
  },
  {
    name: 'only the HTTP proxy, in the settings of a dev container',
    settings: () => ({}),
    machine: ({ attacker }) => ({ 'http.proxy': attacker, 'http.proxySupport': 'on' }),
  },
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
  {
    name: 'the file of certificates that the user trusts',
    settings: () => ({}),
    files: { [certificateFile]: `-----BEGIN CERTIFICATE-----\n${link}\n-----END CERTIFICATE-----\n` },
  },
  {
    name: 'the file of certificates, while the tracking server redirects',
    settings: () => ({}),
    files: { [certificateFile]: link },
    hijack: '/api/',
  },
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
