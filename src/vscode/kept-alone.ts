import * as vscode from 'vscode';
import { makePlan } from '../alone/keep-plan.ts';
import type { KeptParts, PlanParts } from '../alone/keep-plan.ts';
import { scrubbedEnvironment } from '../alone/scrubbed-environment.ts';
import type { ConnectionConfiguration } from '../configuration/configuration.ts';
import { editorProxyVariables } from '../network/editor-proxy.ts';
import type { EditorProxySettings } from '../network/editor-proxy.ts';
import type { BootstrapName } from '../providers/source.ts';
import type { KeepPlan } from '../proxy/control/control-messages.ts';
import { Secret } from '../secret.ts';
import type { TimedText } from '../secrets/memory-text.ts';
import type { Credentials } from './credentials.ts';
import { homeFolder } from './home-folder.ts';
import type { Network } from './network.ts';
import { recordSubject } from './record-subject.ts';
import type { SecretStore } from './secret-store.ts';
import { startEnvironment } from './start-environment.ts';

export { readKeptState } from '../alone/keep-plan.ts';

interface Lenders {
  readonly credentials: Credentials;
  readonly store: SecretStore;
  readonly network: Network;
}

/** What a process gets to go on fetching with while no window is there. `record`: the last good secret. */
export async function keepPlan(
  configuration: ConnectionConfiguration,
  record: TimedText | undefined,
  { credentials, store, network }: Lenders,
): Promise<KeepPlan> {
  const { source, cache } = configuration;
  const needed = credentials.needed(configuration)?.name;
  const entered = needed && (await credentials.bootstrapFor(configuration).get(needed));
  const stored = store.signIn(recordSubject(configuration), source);
  const signIn = cache.keep === 'secretStorage' ? await stored.load() : undefined;
  return makePlan({
    ...{ configuration, record },
    homeFolder: homeFolder(),
    certificates: await network.certificatesAlone(configuration),
    httpProxy: editorProxySettings(),
    environment: scrubbedEnvironment(process.env, startEnvironment),
    bootstrap: needed && entered ? { [needed]: entered.reveal() } : {},
    signIn: signIn === undefined ? undefined : { text: signIn },
  });
}

/** Puts what comes back where the window keeps it. Resolves to the last good secret, if there is one. */
export async function storeHandedBack(
  { scope, record, signIn, bootstrap }: KeptParts,
  configuration: ConnectionConfiguration,
  { credentials, store }: Lenders,
): Promise<TimedText | undefined> {
  const subject = recordSubject(configuration);
  if (subject.scope !== scope) return undefined;
  await storeEntered(bootstrap, configuration, credentials);
  if (configuration.cache.keep === 'secretStorage') {
    await put(store.cachedSecret(subject), record);
    await put(store.signIn(subject, configuration.source), signIn);
  }
  return record ?? undefined;
}

async function storeEntered(
  bootstrap: PlanParts['bootstrap'],
  configuration: ConnectionConfiguration,
  credentials: Lenders['credentials'],
): Promise<void> {
  for (const [name, value] of Object.entries(bootstrap)) {
    const secret = value === undefined ? undefined : new Secret(value);
    if (secret) await credentials.bootstrapFor(configuration).set(name as BootstrapName, secret);
  }
}

/** What has no times has not changed. */
async function put(
  storage: ReturnType<Lenders['store']['cachedSecret']>,
  now: KeptParts['record'],
): Promise<void> {
  if (now === null) await storage.delete();
  else if (now?.times !== undefined) await storage.save(now.text, now.times);
}

/** As the editor itself sends what secret stores get, also where a folder names its HTTP proxy: the user has approved that. */
function editorProxySettings(): EditorProxySettings {
  const http = vscode.workspace.getConfiguration('http');
  const [proxy, noProxy] = [http.get<unknown>('proxy'), http.get<unknown>('noProxy')];
  const names = [...editorProxyVariables.proxy, ...editorProxyVariables.exempt];
  return {
    proxy: typeof proxy === 'string' ? proxy.trim() : '',
    noProxy: Array.isArray(noProxy) ? noProxy.filter((entry) => typeof entry === 'string') : [],
    isOff: http.get<unknown>('proxySupport') === 'off',
    environment: Object.fromEntries(names.map((name) => [name, startEnvironment[name]])),
  };
}
