import https from 'node:https';
import { text } from 'node:stream/consumers';
import type { TokenCredential } from '@azure/identity';
import type { StoreTrust } from '../../network/store-certificates.ts';
import type { Problem } from '../../problem.ts';
import type { ListedSecret, SecretNames } from '../source.ts';
import { fields, textField } from '../transport/fields.ts';
import { intercepted, rateLimited, serverFault } from '../transport/fault.ts';
import { lookUpWithin, nameLookUpMs } from '../transport/name-look-up.ts';
import { networkProblem } from '../transport/network-problem.ts';
import { azureProblem } from './problem.ts';
import { isVaultOf } from './target.ts';
import type { ResourceManager } from './target.ts';

/** Each is asked by itself. */
const maxSubscriptions = 20;
/** Of one list. */
const maxPages = 10;
const maxResponseBytes = 4_000_000;
const callTimeoutMs = 10_000;

interface Caller {
  readonly manager: ResourceManager;
  readonly token: string;
  readonly trust: StoreTrust;
  readonly signal: AbortSignal;
  /** As `httpProxyName`. */
  readonly httpProxy: string | undefined;
}

/**
 * The key vaults that the sign-in may see, by their addresses, in all its subscriptions. The token for Azure Resource
 * Manager goes to Azure Resource Manager, and no redirect or next page leads it elsewhere.
 */
export async function listKeyVaults(
  credential: TokenCredential,
  { manager, trust, signal, httpProxy }: Omit<Caller, 'token'>,
): Promise<SecretNames> {
  const token = await credential.getToken(manager.scope, { abortSignal: signal });
  if (token === null) return { kind: 'denied' };
  const caller = { manager, trust, signal, httpProxy, token: token.token };
  // Subscriptions - List, and Vaults - List By Subscription.
  const subscriptions = await list(caller, '/subscriptions?api-version=2022-12-01');
  if (subscriptions === 'denied') return { kind: 'denied' };
  const asked = subscriptions.items.slice(0, maxSubscriptions);
  const found = await Promise.all(asked.map(async (one) => vaultsOf(caller, one)));
  const isCutOff = asked.length < subscriptions.items.length || subscriptions.isCutOff;
  return {
    kind: 'listed',
    secrets: found.flatMap(({ vaults }) => vaults),
    isCutOff: isCutOff || found.some((one) => one.isCutOff),
    identity: undefined,
  };
}

interface Vaults {
  readonly vaults: readonly ListedSecret[];
  readonly isCutOff: boolean;
}

/** None of a subscription whose vaults this sign-in may not list. */
async function vaultsOf(caller: Caller, subscription: unknown): Promise<Vaults> {
  const id = textField(subscription, 'subscriptionId') ?? '';
  if (!/^[0-9a-f-]{36}$/i.test(id)) return { vaults: [], isCutOff: false };
  const path = `/subscriptions/${id}/providers/Microsoft.KeyVault/vaults?api-version=2023-07-01`;
  const found = await list(caller, path);
  if (found === 'denied') return { vaults: [], isCutOff: false };
  const vaults = found.items.flatMap((item) => vaultIn(item, subscription, caller.manager));
  return { vaults, isCutOff: found.isCutOff };
}

/** A setting with an address outside of the cloud would be refused. */
function vaultIn(item: unknown, subscription: unknown, manager: ResourceManager): readonly ListedSecret[] {
  const address = URL.parse(textField(fields(item)['properties'], 'vaultUri') ?? '');
  const isVault = address?.protocol === 'https:' && address.port === '';
  if (address === null || !isVault || !isVaultOf(address.hostname, manager.vaultDomain)) return [];
  const about = [textField(subscription, 'displayName'), textField(item, 'location')];
  return [{ name: address.origin, about: about.filter(Boolean).join(', ') || undefined }];
}

interface Items {
  readonly items: readonly unknown[];
  readonly isCutOff: boolean;
}

async function list(caller: Caller, path: string): Promise<Items | 'denied'> {
  const items: unknown[] = [];
  let next: string | undefined = caller.manager.origin + path;
  for (let page = 0; page < maxPages && next !== undefined; page += 1) {
    if (URL.parse(next)?.origin !== caller.manager.origin) throw notAzure(caller, 200);
    const body = await get(caller, next);
    if (body === 'denied') return 'denied';
    const { value } = fields(body);
    if (!Array.isArray(value)) throw notAzure(caller, 200);
    items.push(...(value as readonly unknown[]));
    next = textField(body, 'nextLink');
  }
  return { items, isCutOff: next !== undefined };
}

async function get(caller: Caller, url: string): Promise<unknown> {
  const { status, body } = await send(caller, url).catch((error: unknown) => {
    caller.signal.throwIfAborted();
    const isLate = error instanceof Error && error.name === 'TimeoutError';
    throw ofNetwork(caller, isLate ? { code: 'ETIMEDOUT' } : error) ?? notAzure(caller, 502);
  });
  if (status === 401 || status === 403) return 'denied';
  if (status !== 200) throw notAzure(caller, status);
  try {
    return JSON.parse(body) as unknown;
  } catch {
    throw notAzure(caller, status);
  }
}

async function send(
  { token, trust, signal }: Caller,
  url: string,
): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve, reject) => {
    const options = {
      headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
      lookup: lookUpWithin(nameLookUpMs),
      signal: AbortSignal.any([signal, AbortSignal.timeout(callTimeoutMs)]),
      // Not by an agent: where one is given, the editor may leave out the user's HTTP proxy.
      ...trust,
    };
    const request = https.get(url, options, (response) => {
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > maxResponseBytes) response.destroy(new Error('The response is too long.'));
      });
      text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject);
    });
    request.once('error', reject);
  });
}

function nameOf({ manager }: Caller): string {
  // eslint-disable-next-line house/sentences -- A product's name, which is the same in every language.
  return `Azure Resource Manager (${new URL(manager.origin).host})`;
}

function ofNetwork(caller: Caller, error: unknown): Problem | undefined {
  return networkProblem(error, { provider: 'azure', name: nameOf(caller), httpProxy: caller.httpProxy });
}

function notAzure(caller: Caller, status: number): Problem {
  const name = nameOf(caller);
  const ofProxy = status === 407 ? ofNetwork(caller, { statusCode: status }) : undefined;
  if (ofProxy) return ofProxy;
  if (status === 429) return azureProblem({ code: 'throttled', ...rateLimited(name, undefined) });
  if (status >= 500) return azureProblem({ code: 'serverFault', ...serverFault(name, status) });
  return azureProblem({ code: 'notKeyVault', ...intercepted(name, status, caller.httpProxy) });
}
