import type * as vscode from 'vscode';

/** Does something again and again while somebody sees a view: at once, and then with a pause after each time. */
export class WhileVisible implements vscode.Disposable {
  readonly #listener: vscode.Disposable;
  readonly #view: Pick<vscode.TreeView<unknown>, 'visible'>;
  readonly #pauseMs: number;
  readonly #work: () => Promise<void>;
  #timer: NodeJS.Timeout | undefined;
  #isWorking = false;
  #isOver = false;

  /** `work` never rejects. */
  constructor(
    view: Pick<vscode.TreeView<unknown>, 'visible' | 'onDidChangeVisibility'>,
    pauseMs: number,
    work: () => Promise<void>,
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
    await this.#work();
    this.#isWorking = false;
    this.#timer = setTimeout(() => void this.#go(), this.#pauseMs);
    this.#timer.unref();
  }
}
