import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { ConnectionState } from '../../connection/state.ts';
import { commands } from '../../settings/manifest.ts';
import { withCode } from '../../problem.ts';
import type { Problem, ProblemAction, ProblemCode } from '../../problem.ts';
import { mainProblem } from '../../doctor/main-problem.ts';
import { showMessage } from '../sinks/messages.ts';
import type { Button } from '../sinks/messages.ts';
import { isPlainCommand } from '../sinks/plain-command.ts';
import { runCommand } from '../sinks/terminals.ts';
import { actions, isCredentialEntered, mendingActs, problemIn } from './actions.ts';
import type { Action } from './actions.ts';
import { stateWords } from './status-view.ts';

export interface ShownWith {
  /** Of the connection, where the problem is one of it. */
  readonly state?: ConnectionState;
  /** The same, at any time later: what mends the problem does nothing when that is over. */
  readonly now?: StateNow;
  /** After those that mend it. */
  readonly more?: readonly Button[];
}

export type StateNow = () => ConnectionState;

/**
 * Shows what happened, what to do, what ends it as buttons, and where more can be found. What may pass by itself is a
 * warning, which the editor takes off the screen after a while: an error with buttons would still be there when all is well.
 */
export async function showProblem(
  problem: Problem,
  { state, now, more = [commandButton(actions.diagnose())] }: ShownWith = {},
): Promise<void> {
  const { message, remedy, code, retry } = problem;
  const severity = retry === 'automatic' ? 'warning' : 'error';
  const mending = mendingButtons(problem, state);
  const isOver = (later: ConnectionState): boolean => later.kind !== 'connecting' && !hasProblem(later, code);
  const whileTrue = now === undefined ? mending : mending.map((button) => unlessOver(button, now, isOver));
  await showMessage(severity, [message, withCode(remedy, code)], unique([...whileTrue, ...more]));
}

function hasProblem(state: ConnectionState, code: ProblemCode): boolean {
  return [mainProblem(state), problemIn(state)].some((problem) => problem?.code === code);
}

/** The editor cannot take a message back: its button says what is wrong now, if anything, where what it was about is over. */
export function unlessOver(
  { label, run }: Button,
  now: StateNow,
  isOver: (state: ConnectionState) => boolean,
): Button {
  return {
    label,
    run: () => {
      const state = now();
      if (!isOver(state)) return run();
      const isFine = state.kind === 'connected' || state.kind === 'degraded';
      const problem = isFine ? undefined : problemIn(state);
      if (problem !== undefined) return showProblem(problem, { state, now });
      const text = l10n.t('This is over. MLflow is now: {0}.', stateWords(state));
      return showMessage('information', [text]);
    },
  };
}

/** What ends the problem, the likeliest first. A command line that some shell could read in another way is only shown. */
export function mendingButtons(problem: Problem, state: ConnectionState | undefined): readonly Button[] {
  return mendingActs(problem, state).map((act) => {
    const { action } = problem;
    const isEntering = act === 'credential' || (act === 'own' && action?.kind === 'enterCredential');
    if (isEntering && isCredentialEntered(problem, state)) return commandButton(actions.enterAgain());
    if (act !== 'own') return commandButton(actions[act]());
    return action === undefined || isUnsafe(action) ? commandButton(actions.retry()) : buttonOf(action);
  });
}

function unique(buttons: readonly Button[]): readonly Button[] {
  return buttons.filter(({ label }, index) => buttons.findIndex((one) => one.label === label) === index);
}

function isUnsafe(action: ProblemAction): boolean {
  return action.kind === 'runInTerminal' && !isPlainCommand(action.command);
}

/** A button that runs the command of the action. */
export function commandButton({ label, command }: Action): Button {
  return { label, run: () => vscode.commands.executeCommand(command) };
}

function buttonOf(action: ProblemAction): Button {
  switch (action.kind) {
    case 'configure':
      return commandButton(actions.configure());
    case 'enterCredential':
      return commandButton(actions.credential());
    case 'openSetting':
      return {
        label: l10n.t('Change Setting'),
        run: () => vscode.commands.executeCommand(commands.changeSetting, action.setting),
      };
    case 'refresh':
      return commandButton(actions.refresh());
    case 'runInTerminal':
      return { label: action.label, run: () => runCommand(action.label, action.command) };
    case 'signIn':
      return commandButton(actions.signIn());
    case 'retry':
      return commandButton(actions.retry());
  }
}
