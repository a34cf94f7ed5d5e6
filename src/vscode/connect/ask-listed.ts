import { atMost } from '../../deadline.ts';
import { createPick, refillPick } from '../sinks/quick-inputs.ts';
import type { PickEntry } from '../sinks/quick-inputs.ts';
import { show } from './multi-step-input.ts';
import type { Choice, StepPosition, StepResult } from './multi-step-input.ts';

/** What there is to pick from. */
export type Found =
  | {
      readonly kind: 'known';
      readonly choices: readonly Choice<string>[];
      /** For people: what was found, and as whom. */
      readonly about: string;
      /** The only one that is. */
      readonly likeliest?: string | undefined;
    }
  /** `notice`: what went wrong; `remark`: what is as it should be. */
  | { readonly kind: 'unknown'; readonly notice?: string; readonly remark?: string };

export interface ListedQuestion extends StepPosition {
  readonly question: string;
  /** What is said while nothing is known yet. */
  readonly looking: string;
  /** Of the row by which one enters a value. */
  readonly enter: string | undefined;
  /** The present value. */
  readonly active: string | undefined;
  /** Whether the likeliest one is taken without a question. */
  readonly takesLikeliest: boolean;
  readonly found: Promise<Found>;
}

/** `enter`: nothing was picked; `typed` is what the list was filtered by. */
export type Picked =
  | { readonly kind: 'picked'; readonly value: string }
  | { readonly kind: 'enter'; readonly typed: string; readonly wasShown: boolean };

/** A list that appears for a shorter time only flickers. */
export const unseenMs = 150;

/**
 * Asks for one of what is found, while it is still being looked for; or that one is entered. Where nothing is found,
 * entering is all there is, whatever was typed until then.
 */
export async function askListed(question: ListedQuestion): Promise<StepResult<Picked>> {
  const { found } = question;
  const early = await atMost(found, unseenMs);
  if (early?.kind === 'unknown') return entering('', false);
  const taken = early && likeliestIn(early, question);
  if (taken !== undefined) return taken;
  const title = `${question.title}: ${question.question}`;
  const enter = enterRows(question);
  const pick = createPick<Row>(
    { title, placeholder: early?.about ?? question.looking },
    [...(early?.choices ?? []), ...enter],
    isActiveIn(early, question),
  );
  pick.busy = early === undefined;
  return show<Picked>(pick, question, (finish, fail) => {
    const fill = (result: Found): void => {
      pick.busy = false;
      if (result.kind === 'unknown') {
        finish(entering(pick.value, false));
        return;
      }
      // Who has begun to choose or to type goes on with that.
      const isUntouched = pick.value === '' && pick.activeItems.length === 0;
      const likeliest = isUntouched ? likeliestIn(result, question) : undefined;
      if (likeliest !== undefined) {
        finish(likeliest);
        return;
      }
      const isEntering = pick.activeItems.length > 0;
      // The editor counts rows: a row in another's place would get the Enter or the click that was meant for that one.
      refillPick(
        pick,
        result.about,
        [...enter, ...result.choices],
        isEntering ? (row) => !('value' in row) : isActiveIn(result, question),
      );
    };
    if (early === undefined) found.then(fill, fail);
    return [
      pick.onDidAccept(() => {
        const [chosen] = pick.selectedItems;
        if (chosen === undefined) return;
        const { entry } = chosen;
        finish(
          'value' in entry
            ? { kind: 'value', value: { kind: 'picked', value: entry.value } }
            : entering(pick.value, true),
        );
      }),
    ];
  });
}

/** What has been found by now. */
export async function atOnce(found: Promise<Found>): Promise<Found | undefined> {
  return atMost(found, 0);
}

type Row = Choice<string> | PickEntry;

/** After what is known when the list appears; what is found later comes after it, so that it stays where it is. */
function enterRows({ enter }: ListedQuestion): readonly Row[] {
  return enter === undefined ? [] : [{ label: enter, isAlwaysShown: true }];
}

type Known = Extract<Found, { kind: 'known' }>;

function isActiveIn(found: Known | undefined, { active }: ListedQuestion): (row: Row) => boolean {
  const choices = found?.choices ?? [];
  const first = choices.find(({ value }) => value === active) ?? choices[0];
  return (row) => 'value' in row && row.value === first?.value;
}

function likeliestIn(
  { likeliest }: Known,
  { takesLikeliest }: ListedQuestion,
): StepResult<Picked> | undefined {
  if (!takesLikeliest || likeliest === undefined) return undefined;
  return { kind: 'value', value: { kind: 'picked', value: likeliest } };
}

function entering(typed: string, wasShown: boolean): StepResult<Picked> {
  return { kind: 'value', value: { kind: 'enter', typed: typed.trim(), wasShown } };
}
