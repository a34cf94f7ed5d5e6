/** A message of ours that is on the screen. */
export interface OnScreen {
  /** Only a person takes it away; the editor does that with others after a while. Until it counts as hidden. */
  isLasting: boolean;
  /** Called once it is taken from there. */
  readonly take: () => void;
}

/** A person may hide a message without an answer, of which the editor tells nobody; one that stands so long was. */
export const hiddenAfterMs = 5 * 60_000;

interface Screen {
  readonly messages: Set<OnScreen>;
  readonly listeners: Set<() => void>;
}

const name = Symbol.for('mlflowSecretsAuth.screen');
const shared = globalThis as { [name]?: Screen | undefined };
/** Of whatever said it, in all bundles: each has its own copy of this file. */
const { messages, listeners } = (shared[name] ??= { messages: new Set(), listeners: new Set() });

export const messagesOnScreen = (): readonly OnScreen[] => [...messages];

export const hasLasting = (): boolean => messagesOnScreen().some(({ isLasting }) => isLasting);

export function addToScreen(message: OnScreen): void {
  messages.add(message);
  if (!message.isLasting) return;
  setTimeout(() => {
    message.isLasting = false;
    tell();
  }, hiddenAfterMs).unref();
}

/** Returns whether it was there. */
export function removeFromScreen(message: OnScreen): boolean {
  const wasThere = messages.delete(message);
  if (wasThere) tell();
  return wasThere;
}

function tell(): void {
  for (const listener of listeners) listener();
}

/** Calls `listener` whenever one is gone, or counts as hidden; returns what ends it. */
export function onGone(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
