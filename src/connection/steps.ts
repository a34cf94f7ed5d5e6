import { abortable } from '../providers/transport/abortable.ts';

/** Steps that run one after the other, until somebody interrupts those that are due or under way. */
export class Steps {
  readonly #failed: (error: unknown) => void;
  #last: Promise<void> = Promise.resolve();
  #interruption = new AbortController();

  /** Whoever interrupts a step says how all stands then; what else a step fails with goes to `failed`. */
  constructor(failed: (error: unknown) => void) {
    this.#failed = failed;
  }

  /** Never rejects. */
  async run(step: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const { signal } = this.#interruption;
    this.#last = this.#last
      .then(async () => step(signal))
      .catch((error: unknown) => {
        if (!signal.aborted) this.#failed(error);
      });
    await this.#last;
  }

  interrupt(): void {
    this.#interruption.abort(new Error('interrupted'));
    this.#interruption = new AbortController();
  }

  async settled(): Promise<void> {
    await this.#last;
  }
}

/** Each after the one before it, also where that failed; rejects in the end as the first that did. */
export async function inTurn(...works: readonly (() => Promise<void>)[]): Promise<void> {
  const results: PromiseSettledResult<void>[] = [];
  for (const work of works) results.push(...(await Promise.allSettled([work()])));
  throwFirst(results);
}

/** For what has begun already, which all settles before this rejects. */
export function awaiting(...begun: readonly Promise<void>[]): () => Promise<void> {
  const settled = Promise.allSettled(begun);
  return async () => throwFirst(await settled);
}

function throwFirst(results: readonly PromiseSettledResult<void>[]): void {
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

/** What is opened, or once interrupted a rejection; what comes then is closed again. */
export async function opened<T extends { close(options: { readonly revoke: boolean }): Promise<void> }>(
  opening: Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  try {
    return await abortable(opening, signal);
  } catch (error) {
    if (signal.aborted) {
      opening.then(async (late) => late.close({ revoke: true })).catch(() => undefined);
    }
    throw error;
  }
}

/** Never rejects. */
export async function succeeds(work: Promise<unknown>): Promise<boolean> {
  return work.then(
    () => true,
    () => false,
  );
}
