import * as l10n from '@vscode/l10n';
import type { ConnectionState } from '../../connection/state.ts';
import { pickOne } from '../sinks/quick-inputs.ts';
import type { PickEntry } from '../sinks/quick-inputs.ts';
import type { Button } from '../sinks/messages.ts';
import { actionsFor, problemIn } from './actions.ts';
import { commandButton, mendingButtons } from './problem-message.ts';

type Entry = PickEntry & Pick<Button, 'run'>;

/** What a click on the status bar item offers. */
export async function showActions(state: ConnectionState): Promise<void> {
  const chosen = await pickOne(
    l10n.t('MLflow Connection'),
    l10n.t('What would you like to do?'),
    entriesFor(state),
  );
  await chosen?.run();
}

/** What mends the problem, such as a setting or a command line, before what is a command of every such state. */
function entriesFor(state: ConnectionState): readonly Entry[] {
  const problem = problemIn(state);
  const common = actionsFor(state).map((action) => ({ ...action, ...commandButton(action) }));
  const mending = problem === undefined ? [] : mendingButtons(problem, state);
  const own = mending.filter(({ label }) => !common.some((entry) => entry.label === label));
  const icon = 'tools';
  const entries: Entry[] = own.map((button) => ({ icon, ...button }));
  return mending[0] === own[0]
    ? [...entries, ...common]
    : [...common.slice(0, 1), ...entries, ...common.slice(1)];
}
