import type { Destination } from '../../configuration/destination.ts';
import { incompleteReasons } from '../../configuration/incomplete-reasons.ts';
import type { ConfigurationResult } from '../../configuration/read-configuration.ts';
import type { SettingChanges, SettingTexts } from '../../settings/written-values.ts';
import type { ServerCheck } from '../diagnosis/check-tracking-server.ts';
import { showMessage } from '../sinks/messages.ts';
import { showProblem } from '../status/problem-message.ts';
import { currentTexts } from './credential-question.ts';
import type { ReadyConfiguration } from './credential-question.ts';

/** A connection that is complete, before the user approves it. */
export interface Plan {
  /** As it will be once the settings are written. */
  readonly ready: ReadyConfiguration;
  /** To be written. */
  readonly settings: SettingChanges;
  /** What was seen of the tracking server a moment ago. */
  readonly found: ServerCheck | undefined;
  /** Nobody has seen the settings yet: what variables do not say was found in the project. */
  readonly isGuessed?: true;
  /** Asks for it instead, where the user does not approve what was guessed. */
  readonly otherwise?: () => Promise<Plan | undefined>;
  /** In which form it was approved before, where the user has chosen it by name: then only a change asks again. */
  readonly former?: Destination;
}

export function planOf(after: ConfigurationResult, plan: Omit<Plan, 'ready'>): Plan | undefined {
  switch (after.kind) {
    case 'ready':
      return { ready: after, ...plan };
    case 'invalid':
      void showProblem(after.problem);
      return undefined;
    case 'incomplete':
      void showMessage('error', [incompleteReasons(after).join(' ')]);
      return undefined;
  }
}

/** What the wizard begins with: also the source that "auto" has chosen. */
export function textsOf(result: ConfigurationResult): SettingTexts {
  const { choice } = result;
  const provider = choice.kind === 'chosen' ? { provider: choice.provider } : {};
  return { ...provider, ...currentTexts(result) };
}
