import type { Ending, Undone } from '../../connection/ending.ts';
import { labels } from '../labels.ts';
import { showMessage } from '../sinks/messages.ts';
import { actions } from './actions.ts';
import { undoneSentence } from './connection-messages.ts';
import { commandButton } from './problem-message.ts';

/** `undone`: what *Forget* left itself, beside the end of the connection. */
export function showForgotten(ending: Ending, undone: readonly Undone[]): void {
  const left = new Set([...undone, ...(ending.kind === 'partly' ? ending.undone : [])]);
  if (left.size > 0) showUndone(labels.forgotten(), [...left]);
  else void showMessage('information', [labels.forgotten()], [commandButton(actions.connect())]);
  if (ending.kind !== 'underWay') return;
  void ending.outcome.then((ended) => {
    if (ended.kind === 'partly') showUndone(labels.disconnected(), ended.undone);
  });
}

function showUndone(sentence: string, undone: readonly Undone[]): void {
  const sentences = [sentence, undone.map(undoneSentence).join(' ')] as const;
  void showMessage('warning', sentences, [commandButton(actions.log())]);
}
