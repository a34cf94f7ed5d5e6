import type { OpenBaoServer } from '../../support/servers/openbao.ts';
import { credential, newName } from './windows.ts';

export async function write(bao: OpenBaoServer, name: string, data: object = credential): Promise<void> {
  await bao.call('POST', `secret/data/${name}`, { data });
}

export async function allow(bao: OpenBaoServer, name: string): Promise<void> {
  const policy = `path "secret/data/${name}" { capabilities = ["read"] }`;
  await bao.call('PUT', `sys/policies/acl/${name}`, { policy });
}

export async function tokenFor(bao: OpenBaoServer, name: string): Promise<string> {
  const { auth } = await bao.call('POST', 'auth/token/create', { policies: [name] });
  return auth?.client_token ?? '';
}

/** A secret of this row's own and a token that may read it, as settings and what was entered. */
export async function secretIn(
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
