import { addressIn } from '../../configuration/destination.ts';
import type { FoundServer } from '../project-findings.ts';
import type { SettingChanges, SettingTexts } from '../../settings/written-values.ts';
import { isEnvironmentOwn } from '../settings.ts';
import { labels } from '../labels.ts';
import { changedTexts } from './changed-texts.ts';
import { planOf, textsOf } from './plan.ts';
import type { Plan } from './plan.ts';
import { addressOf } from './server-steps.ts';
import type { ServerStepsHost } from './server-steps.ts';
import { StoreView } from './store-view.ts';
import type { StoreViewHost } from './store-view.ts';
import { runWizard } from './wizard.ts';

export interface WizardPlanHost
  extends
    Pick<StoreViewHost, 'read' | 'approvals' | 'credentials' | 'sources'>,
    Pick<ServerStepsHost, 'checkTrackingServer'> {
  readonly suggestServer: () => Promise<FoundServer | undefined>;
}

/** Asks for a connection that begins with what is set once these changes are made, as for the first one. */
export async function wizardPlan(host: WizardPlanHost, base: SettingChanges): Promise<Plan | undefined> {
  const read: StoreViewHost['read'] = async (changes) => host.read({ ...base, ...changes });
  const current = currentTexts(textsOf(await read({})), base);
  const suggested = current.trackingUri === undefined ? await newServer(host) : undefined;
  const { isCancelled, answers } = await runWizard(labels.wizardTitle(), current, {
    checkTrackingServer: host.checkTrackingServer,
    ...{ suggested, decided: new Set() },
    store: new StoreView({ ...host, read, isEnvironmentOwn: isEnvironmentOwn(), mayLeaveOut: true }, current),
  });
  if (isCancelled) return undefined;
  const settings = { ...base, ...changedTexts(current, answers.settings) };
  return planOf(await host.read(settings), { settings, found: answers.found });
}

/** Whoever takes the server out wants another one, also where the user's own settings name it again. */
function currentTexts({ trackingUri, ...others }: SettingTexts, base: SettingChanges): SettingTexts {
  const isOut = Object.hasOwn(base, 'trackingUri') && base.trackingUri === undefined;
  return isOut || trackingUri === undefined ? others : { ...others, trackingUri };
}

/** One that the project names, and that was not used before. */
async function newServer({ suggestServer, approvals }: WizardPlanHost): Promise<FoundServer | undefined> {
  const suggested = await suggestServer();
  const isUsed = (server: FoundServer): boolean =>
    approvals.servers.some(({ destination }) => addressIn(destination) === addressOf(server));
  return suggested === undefined || isUsed(suggested) ? undefined : suggested;
}
