import { Problem } from '../../problem.ts';
import type { ProblemAction, ProblemRetry } from '../../problem.ts';
import { errorText, fields } from './answer.ts';
import type { VaultAnswer, VaultClient } from './client.ts';

export interface VaultFault {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
  readonly retry: ProblemRetry;
  readonly action?: ProblemAction;
  readonly retryAfterMs?: number;
}

export function vaultProblem({ code, ...rest }: VaultFault): Problem {
  return new Problem({ code: `vault.${code}`, ...rest });
}

/** Troubles of the server itself, whatever was asked. `undefined` when the status speaks of the question. */
export async function serverProblem(
  answer: VaultAnswer,
  address: string,
  client: VaultClient,
  signal: AbortSignal,
): Promise<Problem | undefined> {
  const { status, retryAfterMs } = answer;
  if (status >= 300 && status < 400) return redirected(answer, address);
  if (status === 429) {
    return vaultProblem({
      code: 'rateLimited',
      message: `Vault at ${address} has had too many requests.`,
      remedy: 'It is tried again by itself after a pause.',
      retry: 'automatic',
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    });
  }
  if (status === 503) return unavailable(address, client, signal);
  if (status >= 500) {
    const isStandby = /not active|no active|standby/i.test(errorText(answer.body));
    return vaultProblem({
      code: isStandby ? 'standby' : 'server',
      message: isStandby
        ? `Vault at ${address} is a standby and its cluster has no active server.`
        : `Vault at ${address} failed with status ${status}.`,
      remedy: 'It is tried again by itself; if it stays, ask whoever runs Vault.',
      retry: 'automatic',
    });
  }
  if (fields(answer.body) !== answer.body) {
    return vaultProblem({
      code: 'notVault',
      message: `${address} answers, but not as Vault does (status ${status}).`,
      remedy: 'Check mlflowSecretsAuth.vault.address, and the HTTP proxy on the way if there is one.',
      retry: 'afterFix',
      action: { kind: 'openSetting', setting: 'mlflowSecretsAuth.vault.address' },
    });
  }
  return undefined;
}

async function unavailable(address: string, client: VaultClient, signal: AbortSignal): Promise<Problem> {
  const { body } = await client.call({ method: 'GET', path: 'sys/seal-status', signal });
  const { initialized, sealed } = fields(body);
  if (initialized === false) {
    return vaultProblem({
      code: 'notInitialised',
      message: `Vault at ${address} is not initialised.`,
      remedy: 'Ask whoever runs Vault to initialise it, or check mlflowSecretsAuth.vault.address.',
      retry: 'automatic',
    });
  }
  if (sealed === true) {
    return vaultProblem({
      code: 'sealed',
      message: `Vault at ${address} is sealed.`,
      remedy: 'Ask whoever runs Vault to unseal it; it is tried again by itself.',
      retry: 'automatic',
    });
  }
  return vaultProblem({
    code: 'unavailable',
    message: `Vault at ${address} is not available.`,
    remedy: 'It is tried again by itself; if it stays, ask whoever runs Vault.',
    retry: 'automatic',
  });
}

function redirected({ location }: VaultAnswer, address: string): Problem {
  const target =
    location !== undefined && URL.canParse(location, address) ? new URL(location, address).origin : undefined;
  return vaultProblem({
    code: 'redirected',
    message: `Vault at ${address} sends us on to ${target ?? 'another address'}, and a token is never sent along.`,
    remedy:
      'Set mlflowSecretsAuth.vault.address to the address of the active server or of the load balancer.',
    retry: 'afterFix',
    action: { kind: 'openSetting', setting: 'mlflowSecretsAuth.vault.address' },
  });
}
