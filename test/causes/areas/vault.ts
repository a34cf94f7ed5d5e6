import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { freePort } from '../../support/servers/child.ts';
import { startOpenBao } from '../../support/servers/openbao.ts';
import type { OpenBaoServer } from '../../support/servers/openbao.ts';
import { passOn } from '../../support/servers/pass-on.ts';
import type { Cause } from '../cause.ts';
import type { Parts } from '../parts.ts';
import { credential, newName, ours, vaultWindow } from './windows.ts';

async function write(bao: OpenBaoServer, name: string, data: object = credential): Promise<void> {
  await bao.call('POST', `secret/data/${name}`, { data });
}

async function allow(bao: OpenBaoServer, name: string): Promise<void> {
  const policy = `path "secret/data/${name}" { capabilities = ["read"] }`;
  await bao.call('PUT', `sys/policies/acl/${name}`, { policy });
}

async function tokenFor(bao: OpenBaoServer, name: string): Promise<string> {
  const { auth } = await bao.call('POST', 'auth/token/create', { policies: [name] });
  return auth?.client_token ?? '';
}

/** A secret of this row's own and a token that may read it, as settings and what was entered. */
async function secretIn(
  bao: OpenBaoServer,
  data: object = credential,
): Promise<{
  name: string;
  settings: { 'vault.address': string; 'vault.path': string };
  entered: { 'vault.token': string };
}> {
  const name = newName();
  await write(bao, name, data);
  await allow(bao, name);
  const settings = { 'vault.address': bao.address, 'vault.path': `secret/${name}` };
  return { name, settings, entered: { 'vault.token': await tokenFor(bao, name) } };
}

/** For rows that change the server itself. */
async function ownBao(parts: Parts): Promise<OpenBaoServer> {
  return startOpenBao({ folder: await parts.folder(newName()) });
}

/** What a standby without an active server answers (HTTP API reference, "HTTP Status Codes"): a dev server is alone. */
async function standbyDouble(): Promise<{ address: string; stop(): Promise<void> }> {
  const server = createServer((_request, response) => {
    const body = { errors: ['local node not active but active cluster node not found'] };
    response.writeHead(500, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}`,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const appRole = { 'vault.authMethod': 'approle' };

async function newAppRole(bao: OpenBaoServer, name: string): Promise<{ roleId: string; mount: string }> {
  const mount = newName();
  await bao.call('POST', `sys/auth/${mount}`, { type: 'approle' });
  await bao.call('POST', `auth/${mount}/role/mlflow`, { token_policies: [name] });
  const { data } = await bao.call('GET', `auth/${mount}/role/mlflow/role-id`);
  return { roleId: String(data?.['role_id']), mount };
}

export function vaultCauses(): readonly Cause[] {
  return [
    {
      name: 'Vault is sealed',
      code: 'vault.sealed',
      remedy: /unseal/,
      plant: async (parts) => {
        const bao = await ownBao(parts);
        const { settings, entered } = await secretIn(bao);
        await bao.seal();
        return {
          window: await vaultWindow(parts, settings, entered),
          mend: async () => {
            const key = /^Unseal Key: (\S+)/m.exec(await readFile(bao.logFile, 'utf8'))?.[1];
            await fetch(`${bao.address}/v1/sys/unseal`, { method: 'PUT', body: JSON.stringify({ key }) });
          },
          stop: async () => bao.stop(),
        };
      },
    },
    {
      name: 'Vault was never initialized',
      code: 'vault.notInitialised',
      remedy: /initialize/,
      plant: async (parts) => {
        const bao = await startOpenBao({ folder: await parts.folder(newName()), uninitialised: true });
        const settings = { 'vault.address': bao.address, 'vault.path': 'secret/none' };
        return {
          window: await vaultWindow(parts, settings, { 'vault.token': 'canary-none' }),
          stop: async () => bao.stop(),
        };
      },
    },
    {
      name: 'Vault is a standby without an active server',
      code: 'vault.standby',
      remedy: /retried automatically|administrator/,
      plant: async (parts) => {
        const double = await standbyDouble();
        const settings = { 'vault.address': double.address, 'vault.path': 'secret/none' };
        return {
          window: await vaultWindow(parts, settings, { 'vault.token': 'canary-none' }),
          stop: async () => double.stop(),
        };
      },
    },
    {
      name: 'nothing listens at the address of Vault',
      code: 'vault.refused',
      remedy: /whether the server is running/,
      plant: async (parts) => {
        const { settings, entered } = await secretIn(await parts.bao());
        const front = `http://127.0.0.1:${await freePort()}`;
        return {
          window: await vaultWindow(parts, { ...settings, 'vault.address': front }, entered),
          mend: async (window) =>
            window.changeSettings(ours({ 'vault.address': settings['vault.address'] }), entered),
        };
      },
    },
    {
      name: 'the host name of Vault does not resolve',
      code: 'vault.dns',
      remedy: /spelling of the host name/,
      plant: async (parts) => ({
        window: await vaultWindow(
          parts,
          { 'vault.address': 'https://vault.company.invalid', 'vault.path': 'secret/none' },
          { 'vault.token': 'canary-none' },
        ),
      }),
    },
    {
      name: 'the address of Vault is another server’s',
      code: 'vault.notVault',
      remedy: /mlflowSecretsAuth\.vault\.address/,
      plant: async (parts) => {
        const { origin } = await parts.mlflow();
        const { settings, entered } = await secretIn(await parts.bao());
        return {
          window: await vaultWindow(parts, { ...settings, 'vault.address': origin }, entered),
          mend: async (window) =>
            window.changeSettings(ours({ 'vault.address': settings['vault.address'] }), entered),
        };
      },
    },
    {
      name: 'the certificate of Vault is of an authority that nobody here trusts',
      code: 'vault.tlsUntrusted',
      remedy: /mlflowSecretsAuth\.tls\.caFile/,
      plant: async (parts) => {
        const bao = await parts.bao();
        const certificates = await parts.certificates();
        const front = await passOn(0, Number(new URL(bao.address).port), certificates);
        const { settings, entered } = await secretIn(bao);
        const address = `https://127.0.0.1:${front.port}`;
        return {
          window: await vaultWindow(parts, { ...settings, 'vault.address': address }, entered),
          mend: async (window) => window.changeSettings(ours({ 'tls.caFile': certificates.caFile })),
          stop: async () => front.stop(),
        };
      },
    },
    {
      name: 'the secret is not in Vault',
      code: 'vault.noSuchSecret',
      remedy: /mlflowSecretsAuth\.vault\.path/,
      plant: async (parts) => {
        const bao = await parts.bao();
        const name = newName();
        await allow(bao, name);
        const settings = { 'vault.address': bao.address, 'vault.path': `secret/${name}` };
        return {
          window: await vaultWindow(parts, settings, { 'vault.token': await tokenFor(bao, name) }),
          mend: async () => write(bao, name),
        };
      },
    },
    {
      name: 'Vault has no such mount',
      code: 'vault.noSuchMount',
      remedy: /mlflowSecretsAuth\.vault\.mount|mlflowSecretsAuth\.vault\.path/,
      plant: async (parts) => {
        const bao = await parts.bao();
        const { name, settings } = await secretIn(bao);
        const elsewhere = { ...settings, 'vault.mount': 'kv', 'vault.path': name };
        return {
          window: await vaultWindow(parts, elsewhere, { 'vault.token': bao.rootToken }),
          mend: async (window) => window.changeSettings(ours({ 'vault.mount': 'secret' })),
        };
      },
    },
    {
      name: 'the version of the secret is not in Vault',
      code: 'vault.noSuchVersion',
      remedy: /mlflowSecretsAuth\.vault\.version/,
      plant: async (parts) => {
        const { settings, entered } = await secretIn(await parts.bao());
        return {
          window: await vaultWindow(parts, { ...settings, 'vault.version': 7 }, entered),
          mend: async (window) => window.changeSettings(ours({ 'vault.version': 0 })),
        };
      },
    },
    {
      name: 'Vault has no such namespace',
      code: 'vault.noSuchNamespace',
      remedy: /mlflowSecretsAuth\.vault\.namespace/,
      plant: async (parts) => {
        const bao = await parts.bao();
        const { settings } = await secretIn(bao);
        return {
          window: await vaultWindow(
            parts,
            { ...settings, 'vault.namespace': 'nobody' },
            { 'vault.token': bao.rootToken },
          ),
          mend: async (window) =>
            window.changeSettings(ours({ 'vault.namespace': null }), { 'vault.token': bao.rootToken }),
        };
      },
    },
    {
      name: 'no policy lets the token read the secret',
      code: 'vault.denied',
      remedy: /capabilities = \["read"\]/,
      plant: async (parts) => {
        const bao = await parts.bao();
        const name = newName();
        await write(bao, name);
        const settings = { 'vault.address': bao.address, 'vault.path': `secret/${name}` };
        return {
          window: await vaultWindow(parts, settings, { 'vault.token': await tokenFor(bao, name) }),
          mend: async () => allow(bao, name),
        };
      },
    },
    {
      name: 'the token in ~/.vault-token has expired',
      code: 'vault.tokenRefused',
      remedy: /new token|vault login/,
      plant: async (parts) => {
        const bao = await parts.bao();
        const { settings, entered } = await secretIn(bao);
        const { auth } = await bao.call('POST', 'auth/token/create', {});
        await bao.call('POST', 'auth/token/revoke', { token: auth?.client_token });
        const window = await vaultWindow(parts, settings);
        return {
          window: {
            ...window,
            environment: { VAULT_ADDR: bao.address },
            home: { '.vault-token': auth?.client_token ?? '' },
          },
          mend: async ({ home }) => writeFile(join(home, '.vault-token'), entered['vault.token']),
        };
      },
    },
    {
      name: 'the wrapped secret ID was used by somebody else',
      code: 'vault.alreadyUnwrapped',
      remedy: /new/,
      plant: async (parts) => {
        const bao = await parts.bao();
        const { name, settings } = await secretIn(bao);
        const { roleId, mount } = await newAppRole(bao, name);
        const path = `auth/${mount}/role/mlflow/secret-id`;
        const { wrap_info } = await bao.call('POST', path, {}, { wrapTtl: '5m' });
        const token = wrap_info?.token ?? '';
        await bao.call('POST', 'sys/wrapping/unwrap', {}, { token });
        const more = { ...appRole, 'vault.authMount': mount, 'vault.roleId': roleId };
        return {
          window: await vaultWindow(parts, { ...settings, ...more }, { 'vault.secretId': token }),
        };
      },
    },
    {
      name: 'the password for Vault is wrong',
      code: 'vault.signInRefused',
      remedy: /password/,
      plant: async (parts) => {
        const bao = await parts.bao();
        const { name, settings } = await secretIn(bao);
        const mount = newName();
        await bao.call('POST', `sys/auth/${mount}`, { type: 'userpass' });
        const user = { password: 'canary-right', token_policies: [name] };
        await bao.call('POST', `auth/${mount}/users/ada`, user);
        const more = { 'vault.authMethod': 'userpass', 'vault.authMount': mount, 'vault.username': 'ada' };
        return {
          window: await vaultWindow(parts, { ...settings, ...more }, { 'vault.password': 'canary-wrong' }),
        };
      },
    },
    {
      name: 'the secret has other field names',
      code: 'secret.malformed',
      remedy: /"username" and "password"|secret\.fields/,
      plant: async (parts) => {
        const bao = await parts.bao();
        const { name, settings, entered } = await secretIn(bao, { login: 'admin', pass: 'canary-other' });
        return {
          window: await vaultWindow(parts, settings, entered),
          mend: async () => write(bao, name),
        };
      },
    },
  ];
}
