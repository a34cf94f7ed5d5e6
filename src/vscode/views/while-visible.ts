import type * as vscode from 'vscode';

/** What is done, and who is told where it fails: it is done again all the same. */
interface Work {
  readonly run: () => Promise<void>;
  readonly failed: (error: unknown) => void;
}

/** Does something again and again while somebody sees a view: at once, and then with a pause after each time. */
export class WhileVisible implements vscode.Disposable {
  readonly #listener: vscode.Disposable;
  readonly #view: Pick<vscode.TreeView<unknown>, 'visible'>;
  readonly #pauseMs: number;
  readonly #work: Work;
  #timer: NodeJS.Timeout | undefined;
  #isWorking = false;
  #isOver = false;

  constructor(
    view: Pick<vscode.TreeView<unknown>, 'visible' | 'onDidChangeVisibility'>,
    pauseMs: number,
    work: Work,
  ) {
    this.#view = view;
    this.#pauseMs = pauseMs;
    this.#work = work;
    this.#listener = view.onDidChangeVisibility(() => void this.#go());
    void this.#go();
  }

  dispose(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#listener.dispose();
  }

  async #go(): Promise<void> {
    if (this.#isOver || this.#isWorking || !this.#view.visible) return;
    clearTimeout(this.#timer);
    this.#isWorking = true;
    const { run, failed } = this.#work;
    await run().catch(failed);
    this.#isWorking = false;
    this.#timer = setTimeout(() => void this.#go(), this.#pauseMs);
    this.#timer.unref();
  }
}
