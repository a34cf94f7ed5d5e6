import * as l10n from '@vscode/l10n';
import type { Problem } from '../../problem.ts';
import { openSetting, rateLimited, serverFault } from '../transport/fault.ts';
import { fields } from '../transport/fields.ts';
import type { VaultClient } from './client.ts';
import { askAdministrator, nameOf, vaultProblem } from './problem.ts';
import { errorText } from './response.ts';
import type { VaultResponse } from './response.ts';

/** Trouble of the server itself, whatever it was asked. `undefined` when the response is about the request. */
export async function serverProblem(
  response: VaultResponse,
  client: VaultClient,
  signal: AbortSignal,
): Promise<Problem | undefined> {
  const { status, body, retryAfterMs } = response;
  const server = nameOf(client.address);
  if (status >= 300 && status < 400) return redirected(response, client.address);
  if (status === 404 && /namespace not found/i.test(errorText(response))) return noSuchNamespace(client);
  if (status === 429) return vaultProblem({ code: 'rateLimited', ...rateLimited(server, retryAfterMs) });
  if (status === 503) return unavailable(client, signal);
  if (status >= 500) {
    return /not active|no active|standby/i.test(errorText(response))
      ? standby(server)
      : vaultProblem({ code: 'server', ...serverFault(server, status), remedy: askAdministrator() });
  }
  // Whatever Vault says is a JSON object.
  return fields(body) === body ? undefined : notVault(client.address, status);
}

function noSuchNamespace({ address, namespace = '' }: VaultClient): Problem {
  return vaultProblem({
    code: 'noSuchNamespace',
    message: l10n.t('{0} has no namespace {1}.', nameOf(address), JSON.stringify(namespace)),
    remedy: l10n.t('Check mlflowSecretsAuth.vault.namespace and VAULT_NAMESPACE.'),
    retry: 'purge',
    action: openSetting('vault.namespace'),
  });
}

/** What a server says of itself to everybody; a `Problem` where it cannot be used, or is no Vault. */
export async function greeting(client: VaultClient, signal: AbortSignal): Promise<string> {
  // As a standby passes requests on, it is as good as the active server.
  const path = 'sys/health?standbyok=true&perfstandbyok=true';
  const response = await client.call({ method: 'GET', path, signal });
  const { initialized, sealed, version } = fields(response.body);
  if (initialized === false || sealed === true) throw await unavailable(client, signal);
  if (response.status !== 200 || sealed !== false) {
    throw (await serverProblem(response, client, signal)) ?? notVault(client.address, response.status);
  }
  return l10n.t('Vault {0} responded.', typeof version === 'string' ? version : '');
}

async function unavailable(client: VaultClient, signal: AbortSignal): Promise<Problem> {
  const { body } = await client.call({ method: 'GET', path: 'sys/seal-status', signal });
  const { initialized, sealed } = fields(body);
  const server = nameOf(client.address);
  if (initialized === false) {
    return vaultProblem({
      code: 'notInitialised',
      message: l10n.t('{0} is not initialized.', server),
      remedy: l10n.t(
        'Ask your Vault administrator to initialize it, or check mlflowSecretsAuth.vault.address.',
      ),
      retry: 'automatic',
    });
  }
  if (sealed === true) {
    return vaultProblem({
      code: 'sealed',
      message: l10n.t('{0} is sealed.', server),
      remedy: l10n.t('Ask your Vault administrator to unseal it. The extension tries again automatically.'),
      retry: 'automatic',
    });
  }
  return vaultProblem({
    code: 'unavailable',
    message: l10n.t('{0} is unavailable.', server),
    remedy: askAdministrator(),
    retry: 'automatic',
  });
}

function standby(server: string): Problem {
  return vaultProblem({
    code: 'standby',
    message: l10n.t('{0} is a standby, and its cluster has no active server.', server),
    remedy: askAdministrator(),
    retry: 'automatic',
  });
}

export function notVault(address: string, status: number): Problem {
  return vaultProblem({
    code: 'notVault',
    message: l10n.t('{0} responded, but it is not a Vault server (status {1}).', address, status),
    remedy: l10n.t('Check mlflowSecretsAuth.vault.address, and the HTTP proxy if there is one.'),
    retry: 'afterFix',
    action: openSetting('vault.address'),
  });
}

function redirected({ location }: VaultResponse, address: string): Problem {
  const target =
    location !== undefined && URL.canParse(location, address)
      ? new URL(location, address).origin
      : l10n.t('another address');
  return vaultProblem({
    code: 'redirected',
    message: l10n.t(
      '{0} redirects to {1}; the token is never sent to another host.',
      nameOf(address),
      target,
    ),
    remedy: l10n.t(
      'Set mlflowSecretsAuth.vault.address to the address of the active server or of the load balancer.',
    ),
    retry: 'afterFix',
    action: openSetting('vault.address'),
  });
}
