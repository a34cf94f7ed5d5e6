import * as vscode from 'vscode';
import { createPick, createTextInput, extendPick, showObjection } from '../sinks/quick-inputs.ts';
import type { PickEntry, Place, TextInputOptions } from '../sinks/quick-inputs.ts';

export type StepResult<T> =
  | { readonly kind: 'value'; readonly value: T }
  /** `typed`: what stood there, to be offered again. */
  | { readonly kind: 'back' | 'cancel'; readonly typed?: T | undefined }
  /** There is nothing to ask: what comes next in the same direction is asked. */
  | { readonly kind: 'skip' };

export interface StepPosition extends Place {
  /** Whether there is a step before it. */
  readonly hasBack: boolean;
  /** What is wrong, from the beginning. */
  readonly objection?: string | undefined;
}

/** Why a text is not accepted: it is wrong, or accepted when entered a second time. */
export interface Objection {
  readonly message: string;
  readonly severity: 'error' | 'warning';
}

export interface TextQuestion extends TextInputOptions, StepPosition {
  /** What is to be known before anything is entered. */
  readonly notice?: string | undefined;
  /** Runs on Enter. A warning is shown once; Enter again on the same text accepts it. */
  readonly check?: (text: string) => Promise<Objection | undefined> | Objection | undefined;
}

export interface Choice<T> extends PickEntry {
  readonly value: T;
}

/** Asks for a text. Escape cancels all steps; Back is offered from the second step on. */
export async function askText(question: TextQuestion): Promise<StepResult<string>> {
  const input = createTextInput(question);
  const { objection: first, notice } = question;
  // The editor shows it in place of the prompt, which ends in no full stop and so comes last, apart.
  const before = (words: string): string => `${words} – ${question.prompt}`;
  if (first !== undefined) showObjection(input, { severity: 'error', message: before(first) });
  else if (notice !== undefined) showObjection(input, { severity: 'warning', message: before(notice) });
  let warnedAbout: string | undefined;
  const typed = (): string | undefined =>
    question.password || input.value === question.value ? undefined : input.value.trim() || undefined;
  return show(input, { ...question, typed }, (finish, fail) => {
    const accept = async (): Promise<void> => {
      const text = question.password ? input.value : input.value.trim();
      input.busy = true;
      input.enabled = false;
      const objection = await question.check?.(text);
      input.busy = false;
      input.enabled = true;
      if (objection && !(objection.severity === 'warning' && warnedAbout === text)) {
        warnedAbout = text;
        showObjection(input, objection);
        return;
      }
      finish({ kind: 'value', value: text });
    };
    return [
      input.onDidChangeValue(() => showObjection(input, undefined)),
      input.onDidAccept(() => void accept().catch(fail)),
    ];
  });
}

/** Choices of which more are found while the list is there. None of those that are there moves. */
export interface LateChoices<T> {
  readonly choices: readonly Choice<T>[];
  /** Rejects where looking went wrong. */
  readonly ended: Promise<unknown>;
  onDidChange(listener: () => void): { dispose: () => void };
}

/** Asks for one of several. `active` is offered first. The question stays while the user types to filter the list. */
export async function askChoice<T extends string>(
  position: StepPosition & {
    readonly question: string;
    readonly found?: string | undefined;
    /** Runs while the list is still there; Escape does not wait for it. */
    readonly whenChosen?: (value: T) => Promise<void>;
    readonly late?: LateChoices<T> | undefined;
  },
  choices: readonly Choice<T>[],
  active: string | undefined,
): Promise<StepResult<T>> {
  const { question, found = question } = position;
  const title = `${position.title}: ${question}`;
  const pick = createPick({ title, placeholder: found }, choices, ({ value }) => value === active);
  return show(pick, position, (finish, fail) => [
    ...(position.late === undefined ? [] : [fillLate(pick, position.late, fail)]),
    pick.onDidAccept(() => {
      const [chosen] = pick.selectedItems;
      if (chosen === undefined) return;
      const { value } = chosen.entry;
      pick.busy = true;
      pick.enabled = false;
      Promise.resolve(position.whenChosen?.(value)).then(() => finish({ kind: 'value', value }), fail);
    }),
  ]);
}

function fillLate<T extends string>(
  pick: ReturnType<typeof createPick<Choice<T>>>,
  late: LateChoices<T>,
  fail: (error: unknown) => void,
): { dispose: () => void } {
  pick.busy = true;
  // From the choice on, the list says how far that is.
  const whileOpen =
    (act: () => void): (() => void) =>
    () =>
      pick.enabled ? act() : undefined;
  late.ended.then(
    whileOpen(() => (pick.busy = false)),
    fail,
  );
  return late.onDidChange(whileOpen(() => extendPick(pick, late.choices)));
}

/** What text input and list have in common. */
type Shown = Pick<vscode.InputBox, 'buttons' | 'onDidTriggerButton' | 'onDidHide' | 'show' | 'dispose'>;

export async function show<T>(
  input: Shown,
  { hasBack, typed }: StepPosition & { readonly typed?: () => T | undefined },
  listen: (
    finish: (result: StepResult<T>) => void,
    fail: (error: unknown) => void,
  ) => { dispose: () => unknown }[],
): Promise<StepResult<T>> {
  const disposables: { dispose: () => unknown }[] = [input];
  try {
    return await new Promise<StepResult<T>>((resolve, reject) => {
      if (hasBack) input.buttons = [vscode.QuickInputButtons.Back];
      disposables.push(
        ...listen(resolve, reject),
        input.onDidTriggerButton((button) => {
          if (button === vscode.QuickInputButtons.Back) resolve({ kind: 'back', typed: typed?.() });
        }),
        input.onDidHide(() => resolve({ kind: 'cancel', typed: typed?.() })),
      );
      input.show();
    });
  } finally {
    vscode.Disposable.from(...disposables).dispose();
  }
}

/** A step asks for one thing and adds it to the answers. */
export type Step<Answers> = (answers: Answers, position: StepPosition) => Promise<StepResult<Answers>>;

/**
 * Runs steps in order, back and forth; going back keeps what was answered. Which steps there are may depend
 * on the answers. `objection`: shown with the first step until something is entered.
 */
export async function runSteps<Answers>(
  title: string,
  initial: Answers,
  stepsFor: (answers: Answers) => readonly Step<Answers>[],
  objection?: string,
): Promise<{ readonly isCancelled: boolean; readonly answers: Answers }> {
  let answers = initial;
  let index = 0;
  let direction: 1 | -1 = 1;
  let shown = objection;
  for (;;) {
    const steps = stepsFor(answers);
    const step = steps[index];
    if (step === undefined) return { isCancelled: false, answers };
    const position = { title, hasBack: index > 0, objection: shown };
    const result = await step(answers, position);
    shown = undefined;
    switch (result.kind) {
      case 'value':
        answers = result.value;
        direction = 1;
        break;
      case 'back':
        answers = result.typed ?? answers;
        direction = -1;
        break;
      case 'skip':
        if (index === 0) direction = 1;
        break;
      case 'cancel':
        return { isCancelled: true, answers: result.typed ?? answers };
    }
    index += direction;
  }
}
