import { atMost } from '../../deadline.ts';
import type { Provider } from '../../providers/provider.ts';
import { providers } from '../../providers/providers.ts';
import type { SettingKey } from '../../settings/manifest.ts';
import { unseenMs } from './ask-listed.ts';
import type { Choice, LateChoices } from './multi-step-input.ts';
import type { SourceOffer, WizardAnswers } from './step-kit.ts';
import { stepsOf } from './steps.ts';
import type { StoreView } from './store-view.ts';

/** A source, or one with more of its settings. */
interface Row extends Choice<string> {
  readonly settings: SourceOffer['settings'];
  readonly provider: Provider | undefined;
}

/**
 * Where a credential may come from. What needs no secret store comes first, and is offered unless something says that
 * there is one; before it, a secret that is the only likely one of the store that this machine is set up for. What is
 * found once the list is there moves no row: such a secret takes the place of its store, which comes again at the end.
 */
export class Sources implements LateChoices<string> {
  readonly #settings: WizardAnswers['settings'];
  readonly #awaited = new Set<Provider>();
  readonly #listeners = new Set<() => void>();
  readonly ended: Promise<unknown>;
  #rows: readonly Row[];
  #active: string | undefined;
  #isShown = false;

  private constructor(settings: WizardAnswers['settings'], store: StoreView) {
    const inOrder = providers.toSorted(
      (one, other) => Number(other.isSecretEntered) - Number(one.isSecretEntered),
    );
    const named = inOrder.find(({ autoSettings }) => autoSettings.some((key) => settings[key]));
    this.#settings = settings;
    this.#rows = inOrder.map((provider) => rowOf(provider, provider.id));
    this.#active = settings.provider ?? named?.id ?? inOrder[0]?.id;
    this.ended = Promise.all(inOrder.map(async (provider) => this.#look(provider, store)));
  }

  /** Resolves with what is known at once; `others`: choices that are no source. */
  static async of(
    { settings }: WizardAnswers,
    store: StoreView,
    others: readonly Choice<string>[] = [],
  ): Promise<Sources> {
    const sources = new Sources(settings, store);
    await atMost(sources.ended, unseenMs);
    sources.#isShown = true;
    const last = others.map((choice) => ({ ...choice, settings: {}, provider: undefined }));
    sources.#rows = [...sources.#rows, ...last];
    return sources;
  }

  get choices(): readonly Choice<string>[] {
    return this.#rows.map((row) => {
      const { provider } = row;
      const looking = provider && this.#awaited.has(provider) ? stepsOf[provider.id].looking?.() : undefined;
      return looking === undefined ? row : { ...row, description: looking };
    });
  }

  get active(): string | undefined {
    return this.#active;
  }

  onDidChange(listener: () => void): { dispose: () => void } {
    this.#listeners.add(listener);
    return { dispose: () => void this.#listeners.delete(listener) };
  }

  /** The answers, with what this row says by now. */
  take(chosen: string, answers: WizardAnswers): WizardAnswers {
    const row = this.#rows.find(({ value }) => value === chosen);
    const offered = row?.settings ?? {};
    // In place of what was chosen with another row before, when the user went back.
    const before: readonly string[] = answers.chosenWithSource;
    const left = Object.entries(answers.settings).filter(([key]) => !before.includes(key));
    return {
      ...answers,
      settings: { ...Object.fromEntries(left), ...offered },
      chosenWithSource: Object.keys(offered).filter((key) => key !== 'provider') as SettingKey[],
      takesLikeliest: row?.provider !== undefined && this.#awaited.has(row.provider),
    };
  }

  async #look(provider: Provider, store: StoreView): Promise<void> {
    const { description, offers } = stepsOf[provider.id];
    const describe = async (): Promise<void> => {
      const text = await description(store);
      this.#change((rows) =>
        rows.map((row) => (row.value === provider.id ? { ...row, description: text } : row)),
      );
    };
    if (!store.mayLeaveOut || offers === undefined) return describe();
    this.#awaited.add(provider);
    await describe();
    const found = await offers({ ...this.#settings, provider: provider.id }, store);
    this.#awaited.delete(provider);
    this.#change((rows) => found.reduce((before, one) => this.#with(before, provider, one), rows));
  }

  #with(rows: readonly Row[], provider: Provider, { isLikeliest, ...offer }: SourceOffer): readonly Row[] {
    const row = { ...offer, value: `offer ${rows.length}`, provider };
    const at = rows.findLastIndex((one) => one.provider === provider) + 1;
    if (!this.#isShown) {
      if (this.#isChosen(row, isLikeliest)) this.#active = row.value;
      return isLikeliest ? [row, ...rows] : rows.toSpliced(at, 0, row);
    }
    const store = rows.find(({ value }) => value === provider.id);
    if (!isLikeliest || store === undefined) return [...rows, row];
    // Who has chosen the store meanwhile gets its secret.
    const secret = { ...row, value: store.value };
    return [...rows.map((one) => (one === store ? secret : one)), { ...store, value: row.value }];
  }

  /** It is what was chosen before, or nothing was. */
  #isChosen({ settings }: Row, isLikeliest: boolean): boolean {
    const before = this.#settings;
    if (before.provider === undefined) return isLikeliest;
    return Object.entries(settings).every(([key, value]) => before[key as SettingKey] === value);
  }

  #change(change: (rows: readonly Row[]) => readonly Row[]): void {
    this.#rows = change(this.#rows);
    for (const listener of this.#listeners) listener();
  }
}

function rowOf(provider: Provider, value: string): Row {
  return { label: provider.name(), value, settings: { provider: provider.id }, provider };
}
