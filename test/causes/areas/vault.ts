import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { startOpenBao } from '../../support/servers/openbao.ts';
import type { OpenBaoServer } from '../../support/servers/openbao.ts';
import { onLoopback } from '../../support/servers/on-loopback.ts';
import type { OnLoopback } from '../../support/servers/on-loopback.ts';
import { passOn } from '../../support/servers/pass-on.ts';
import { commands } from '../../../src/settings/manifest.ts';
import type { Cause, Planted } from '../cause.ts';
import type { Parts } from '../parts.ts';
import { ldapPassword } from '../parts.ts';
import { Front } from '../scene/front.ts';
import { Stops } from '../scene/stops.ts';
import { allow, secretIn, tokenFor, write } from '../scene/vault.ts';
import { credential, enteredAgain, newName, ours, vaultWindow } from '../scene/windows.ts';

/** For rows that change the server itself. */
async function ownBao(parts: Parts): Promise<OpenBaoServer> {
  return startOpenBao({ folder: await parts.folder(newName()) });
}

/** What a standby without an active server answers (HTTP API reference, "HTTP Status Codes"): a dev server is alone. */
async function standbyDouble(): Promise<OnLoopback> {
  const server = createServer((_request, response) => {
    const body = { errors: ['local node not active but active cluster node not found'] };
    const headers = { 'content-type': 'application/json', connection: 'close' };
    response.writeHead(500, headers).end(JSON.stringify(body));
  });
  return onLoopback(server);
}

const portOf = ({ address }: OpenBaoServer): number => Number(new URL(address).port);

/** A user of OpenBao's own, signed in with this password. */
async function userPass(parts: Parts, password: string): Promise<Planted> {
  const bao = await parts.bao();
  const { name, settings } = await secretIn(bao);
  const mount = newName();
  await bao.call('POST', `sys/auth/${mount}`, { type: 'userpass' });
  const user = { password: 'canary-right', token_policies: [name] };
  await bao.call('POST', `auth/${mount}/users/ada`, user);
  const more = { 'vault.authMethod': 'userpass', 'vault.authMount': mount, 'vault.username': 'ada' };
  return {
    window: await vaultWindow(parts, { ...settings, ...more }, { 'vault.password': password }),
    mend: enteredAgain('canary-right'),
  };
}

/** People are in a directory, which OpenBao asks at a port of this row's own. */
async function directory(parts: Parts, password: string, isUp: boolean): Promise<Planted> {
  const stops = new Stops();
  const bao = await parts.baoWithLdap();
  const ldap = await parts.ldap();
  const front = stops.add(await Front.open(isUp ? { leadsTo: Number(new URL(ldap.url).port) } : 'closed'));
  const { name, settings } = await secretIn(bao);
  const mount = newName();
  await bao.call('POST', `sys/auth/${mount}`, { type: 'ldap' });
  await bao.call('POST', `auth/${mount}/config`, {
    ...{ url: `ldap://127.0.0.1:${front.port}`, binddn: ldap.admin.dn, bindpass: ldap.admin.password },
    ...{ userdn: ldap.people, userattr: 'uid', token_policies: [name] },
  });
  const more = { 'vault.authMethod': 'ldap', 'vault.authMount': mount, 'vault.username': 'ada' };
  return {
    window: await vaultWindow(parts, { ...settings, ...more }, { 'vault.password': password }),
    mend: isUp
      ? enteredAgain(ldapPassword)
      : async () => front.become({ leadsTo: Number(new URL(ldap.url).port) }),
    stop: async () => stops.stop(),
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
        const id = `canary-${newName()}`;
        const settings = { 'vault.address': bao.address, 'vault.path': 'secret/mlflow' };
        return {
          window: await vaultWindow(parts, settings, { 'vault.token': id }),
          mend: async () => {
            const shares = { secret_shares: 1, secret_threshold: 1 };
            const { keys = [], root_token: token = '' } = await bao.call('PUT', 'sys/init', shares);
            await bao.call('PUT', 'sys/unseal', { key: keys[0] });
            // Version 2 is not there at once: the engine begins with the first, and upgrades.
            const mount = { type: 'kv', options: { version: '1' } };
            await bao.call('POST', 'sys/mounts/secret', mount, { token });
            await bao.call('POST', 'secret/mlflow', credential, { token });
            // The token that its person has had ready.
            await bao.call('POST', 'auth/token/create', { id, no_parent: true }, { token });
          },
          stop: async () => bao.stop(),
        };
      },
    },
    {
      name: 'Vault (a double) is a standby without an active server',
      code: 'vault.standby',
      remedy: /retried automatically|administrator/,
      plant: async (parts) => {
        const bao = await parts.bao();
        const { settings, entered } = await secretIn(bao);
        const stops = new Stops();
        const double = stops.add(await standbyDouble());
        const front = stops.add(await Front.open({ leadsTo: Number(new URL(double.url).port) }));
        const address = `http://127.0.0.1:${front.port}`;
        return {
          window: await vaultWindow(parts, { ...settings, 'vault.address': address }, entered),
          // A server of the cluster has become active.
          mend: async () => front.become({ leadsTo: portOf(bao) }),
          stop: async () => stops.stop(),
        };
      },
    },
    {
      name: 'nothing listens at the address of Vault',
      code: 'vault.refused',
      remedy: /whether the server is running/,
      plant: async (parts) => {
        const bao = await parts.bao();
        const { settings, entered } = await secretIn(bao);
        const front = await Front.open('closed');
        const address = `http://127.0.0.1:${front.port}`;
        return {
          window: await vaultWindow(parts, { ...settings, 'vault.address': address }, entered),
          mend: async () => front.become({ leadsTo: portOf(bao) }),
          stop: async () => front.stop(),
        };
      },
    },
    {
      name: 'the host name of Vault does not resolve',
      code: 'vault.dns',
      remedy: /spelling of the host name/,
      plant: async (parts) => {
        const host = 'vault.company.example';
        const certificates = await parts.certificatesFor(newName(), [host]);
        const bao = await parts.bao();
        const front = await passOn(0, portOf(bao), certificates);
        const { settings, entered } = await secretIn(bao);
        const elsewhere = {
          'vault.address': `https://${host}:${front.port}`,
          'tls.caFile': certificates.caFile,
        };
        return {
          window: await vaultWindow(parts, { ...settings, ...elsewhere }, entered),
          // As when the VPN is back.
          mend: async (window) => window.call({ kind: 'localNames', names: [host] }),
          stop: async () => front.stop(),
        };
      },
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
      remedy: /"vault login" in a terminal/,
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
          mend: {
            because: 'only a person can hand over another wrapped secret ID',
            act: async (window) => {
              const fresh = await bao.call('POST', path, {}, { wrapTtl: '5m' });
              await window.run(commands.enterCredential, [fresh.wrap_info?.token ?? '']);
            },
          },
        };
      },
    },
    {
      name: 'the password for Vault is wrong',
      code: 'vault.signInRefused',
      remedy: /password/,
      plant: async (parts) => userPass(parts, 'canary-wrong'),
    },
    {
      name: 'the password for Vault is not that of the directory (LDAP)',
      code: 'vault.signInRefused',
      remedy: /password/,
      plant: async (parts) => directory(parts, 'canary-wrong', true),
    },
    {
      name: 'the directory that Vault asks (LDAP) is down',
      code: 'vault.directory',
      remedy: /administrator|directory/,
      plant: async (parts) => directory(parts, ldapPassword, false),
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
