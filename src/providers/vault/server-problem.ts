import * as l10n from '@vscode/l10n';
import type { Problem } from '../../problem.ts';
import { openSetting, rateLimited, serverFault } from '../transport/fault.ts';
import { fields } from '../transport/fields.ts';
import type { VaultClient } from './client.ts';
import { askAdministrator, nameOf, vaultProblem } from './problem.ts';
import { redirected } from './redirect-problem.ts';
import { errorText, isVaults } from './response.ts';
import type { VaultResponse } from './response.ts';
import { certificateNeeded, notVault, tlsNeeded } from './server-words.ts';

/** Trouble of the server itself, whatever it was asked. `undefined` when the response is about the request. */
export async function serverProblem(
  response: VaultResponse,
  client: VaultClient,
  signal: AbortSignal,
): Promise<Problem | undefined> {
  const { status, retryAfterMs } = response;
  const server = nameOf(client.address);
  if (status >= 300 && status < 400) return redirected(response, client.address);
  if (status === 404 && /namespace not found/i.test(errorText(response))) return noSuchNamespace(client);
  if (status === 407) return client.networkProblem({ statusCode: status });
  if (status === 412) return behind(server);
  if (status === 472 || /DR secondary/i.test(errorText(response))) return secondary(server);
  if (status === 429) return vaultProblem({ code: 'rateLimited', ...rateLimited(server, retryAfterMs) });
  if (status === 503) return unavailable(client, signal);
  if ((status === 502 || status === 504) && !isVaults(response)) return unreached(server, status);
  if (status >= 500) {
    return /not active|no active|standby/i.test(errorText(response))
      ? standby(server)
      : vaultProblem({ code: 'server', ...serverFault(server, status), remedy: askAdministrator() });
  }
  return isVaults(response) ? undefined : ofAnother(response, client.address);
}

/** Not in Vault's form; known by the words of nginx, and of servers written in Go, as Vault is. */
function ofAnother({ status, body }: VaultResponse, address: string): Problem {
  const words = status === 400 && typeof body === 'string' ? body : '';
  if (/plain HTTP request was sent to HTTPS port|HTTP request to an HTTPS server/.test(words))
    return tlsNeeded(address);
  return /No required SSL certificate was sent|The SSL certificate error/.test(words)
    ? certificateNeeded(address)
    : notVault(address, status);
}

function behind(server: string): Problem {
  return vaultProblem({
    code: 'behind',
    message: l10n.t('{0} has not caught up with the other servers of its cluster.', server),
    remedy: askAdministrator(),
    retry: 'automatic',
  });
}

function secondary(server: string): Problem {
  return vaultProblem({
    code: 'secondary',
    message: l10n.t('{0} is a secondary for disaster recovery, which serves nobody.', server),
    remedy: l10n.t('Set mlflowSecretsAuth.vault.address to the primary cluster.'),
    retry: 'automatic',
    action: openSetting('vault.address'),
  });
}

/** By a gateway's own page. */
function unreached(server: string, status: number): Problem {
  return vaultProblem({
    code: 'unavailable',
    message: l10n.t('A gateway before {0} cannot reach it (status {1}).', server, status),
    remedy: askAdministrator(),
    retry: 'automatic',
  });
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

/**
 * Of a server that is unsealed: also a standby's, and a performance standby's, where something on the way leaves out that
 * those are as good (HTTP API reference, "/sys/health").
 */
const goodHealth: ReadonlySet<number> = new Set([200, 429, 473]);
/** Of a standby that cannot reach the active server. */
const lonelyStandby = 474;

/** What a server says of itself to everybody; a `Problem` where it cannot be used, or is no Vault. */
export async function greeting(client: VaultClient, signal: AbortSignal): Promise<string> {
  // As a standby passes requests on, it is as good as the active server.
  const path = 'sys/health?standbyok=true&perfstandbyok=true';
  const response = await client.call({ method: 'GET', path, signal });
  const { initialized, sealed, version } = fields(response.body);
  if (response.status === 472) throw secondary(nameOf(client.address));
  if (initialized === false || sealed === true) throw await unavailable(client, signal);
  if (response.status === lonelyStandby) throw standby(nameOf(client.address));
  if (!goodHealth.has(response.status) || sealed !== false) {
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
