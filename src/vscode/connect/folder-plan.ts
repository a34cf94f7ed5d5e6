import * as l10n from '@vscode/l10n';
import { folderServers } from '../folder-servers.ts';
import type { FolderServer } from '../folder-servers.ts';
import { labels } from '../labels.ts';
import { askChoice } from './multi-step-input.ts';
import type { Choice } from './multi-step-input.ts';
import { planOf } from './plan.ts';
import type { Plan } from './plan.ts';
import { changesTo } from './set-values.ts';
import { anotherServerChoice } from './step-kit.ts';
import { wizardPlan } from './wizard-plan.ts';
import type { WizardPlanHost } from './wizard-plan.ts';

/** Which folder's server the window is to use, where folders have settings of their own; `none`: of another one. */
export async function askFolder(): Promise<FolderServer | 'none' | 'cancelled'> {
  const servers = await folderServers();
  if (servers.length === 0) return 'none';
  const chosen = await askChoice(
    {
      ...{ title: labels.wizardTitle(), hasBack: false, question: labels.whichFolder() },
      found: l10n.t('A window has one connection, so VS Code does not use the settings of single folders.'),
    },
    [...servers.map(folderChoice), anotherServerChoice()],
    servers[0]?.folderUri,
  );
  if (chosen.kind !== 'value') return 'cancelled';
  return servers.find(({ folderUri }) => folderUri === chosen.value) ?? 'none';
}

export function folderChoice({ folder, folderUri, server }: FolderServer): Choice<string> {
  return { label: server, description: l10n.t('settings of the folder {0}', folder), value: folderUri };
}

/**
 * The settings of a folder, to be taken over into the workspace's: nobody has entered them here. What they lack is asked
 * for.
 */
export async function folderPlan(
  host: WizardPlanHost,
  { settings: wanted }: FolderServer,
): Promise<Plan | undefined> {
  const { values } = await host.read({});
  const settings = changesTo(wanted, values);
  const ready = await host.read(settings);
  const plan =
    ready.kind === 'incomplete'
      ? await wizardPlan(host, settings)
      : planOf(ready, { settings, found: undefined });
  return plan && { ...plan, isGuessed: true };
}
