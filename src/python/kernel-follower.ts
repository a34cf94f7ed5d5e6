import * as l10n from '@vscode/l10n';
import { runningKernelCode } from './running-kernel.ts';
import type { KernelVariables } from './running-kernel.ts';

/** A kernel that the user has started. The same object for as long as the kernel has its notebook, restarts included. */
export interface RunningKernel {
  readonly language: string;
  /** Waits until the kernel is idle. Resolves to what was printed; rejects with `KernelAccessDenied`, or with what the code raised. */
  execute(code: string): Promise<string>;
  /** Calls back each time when the process has been replaced and is idle. */
  onRestarted(listener: () => void): void;
}

/** The user lets no code of the extension into kernels. */
export class KernelAccessDenied extends Error {}

/** What is to become of the kernels that run. */
export type KernelWish = 'connect' | 'disconnect';

export interface KernelHost {
  /** Of the notebooks that are open. */
  kernels(): Promise<readonly RunningKernel[]>;
  /** Whether it runs on the machine of this name as this user; others learn nothing. */
  isHere(kernel: RunningKernel, hostName: string): Promise<boolean>;
  /** Asks the user whether `count` kernels, which run without the connection or still with it, are to get it or to lose it. */
  ask(what: KernelWish, count: number): Promise<boolean>;
  /** Whether the user has agreed before; remembered over windows. */
  readonly consent: { get(): boolean; set(isGiven: boolean): Promise<void> };
  log(line: string): void;
}

interface Wish {
  readonly what: KernelWish;
  readonly variables: KernelVariables;
}

/**
 * Keeps kernels that run at the connection. Those that are started while it is open have its variables from their
 * beginning, unless somebody has kept older ones: the Python extension does, for up to an hour.
 */
export class KernelFollower {
  readonly #host: KernelHost;
  #wish: Wish | undefined;
  /** The code that each has executed; `undefined`: it was restarted since. */
  readonly #executed = new Map<RunningKernel, string | undefined>();
  readonly #declined = new WeakSet<RunningKernel>();
  /** With which connection's variables each was started, which a disconnection leaves in it; `undefined`: with none. */
  readonly #startedWith = new WeakMap<RunningKernel, string | undefined>();
  /** Were there before the connection, and have not got it. */
  readonly #unaware = new Set<RunningKernel>();
  #queue: Promise<void> = Promise.resolve();

  constructor(host: KernelHost) {
    this.#host = host;
  }

  /** The connection is open. Where that is no news, nobody is asked: kernels that were started since have it. */
  async connect(variables: KernelVariables): Promise<void> {
    const before = this.#wish;
    this.#wish = { what: 'connect', variables };
    const isNews = before?.what !== 'connect' || codeFor(before) !== codeFor(this.#wish);
    await this.#follow({ mayAsk: isNews });
  }

  /** How many kernels of open notebooks run without the connection. */
  async unaware(): Promise<number> {
    await this.#queue;
    const found = new Set(await this.#host.kernels());
    for (const kernel of this.#unaware) if (!found.has(kernel)) this.#unaware.delete(kernel);
    return this.#unaware.size;
  }

  async disconnect(): Promise<void> {
    if (this.#wish?.what !== 'connect') return;
    this.#wish = { ...this.#wish, what: 'disconnect' };
    // Those that were started meanwhile would go on with an address at which nobody signs them in.
    await this.#follow({ mayAsk: true });
  }

  /** A cell was executed, maybe the first of a new kernel. */
  async kernelUsed(): Promise<void> {
    if (this.#wish !== undefined) await this.#follow({ mayAsk: false });
  }

  async #follow(options: { readonly mayAsk: boolean }): Promise<void> {
    this.#queue = this.#queue
      .then(async () => this.#followOnce(options))
      .catch((error: unknown) => this.#host.log(notAuthenticated(error)));
    await this.#queue;
  }

  async #followOnce({ mayAsk }: { readonly mayAsk: boolean }): Promise<void> {
    const wish = this.#wish;
    if (wish === undefined) return;
    const code = codeFor(wish);
    const found = (await this.#host.kernels()).filter(({ language }) => language === 'python');
    for (const kernel of found) this.#noteStart(kernel, mayAsk ? undefined : wish);
    const late = found.filter((kernel) => this.#executed.get(kernel) !== code);
    if (mayAsk && wish.what === 'connect') for (const kernel of late) this.#noteUnaware(kernel, code);
    const due = late.filter((kernel) => !this.#declined.has(kernel));
    if (due.length === 0) return;
    if (!this.#host.consent.get()) {
      // Not waited for: the question may stay for as long as the user likes.
      if (mayAsk) void this.#ask(wish.what, due);
      return;
    }
    for (const kernel of due) {
      this.#watch(kernel);
      this.#executed.set(kernel, code);
      this.#startedWith.set(kernel, undefined);
      // A kernel that computes for hours must not hold up the others.
      void this.#execute(kernel, { code, hostName: wish.variables.hostName });
    }
  }

  async #ask(what: KernelWish, kernels: readonly RunningKernel[]): Promise<void> {
    // Not asked again meanwhile, nor after a no.
    for (const kernel of kernels) this.#declined.add(kernel);
    if (!(await this.#host.ask(what, kernels.length))) return;
    for (const kernel of kernels) this.#declined.delete(kernel);
    await this.#host.consent.set(true);
    await this.kernelUsed();
  }

  /** That is new, or was restarted: with the variables that there are then. */
  #noteStart(kernel: RunningKernel, wish: Wish | undefined): void {
    if (this.#startedWith.has(kernel)) return;
    const started = (now: Wish | undefined): void => {
      this.#startedWith.set(kernel, now?.what === 'connect' ? codeFor(now) : undefined);
    };
    started(wish);
    kernel.onRestarted(() => {
      started(this.#wish);
    });
  }

  /** Until it is restarted, unless it was started with this connection, and still has its variables. */
  #noteUnaware(kernel: RunningKernel, code: string): void {
    if (this.#startedWith.get(kernel) === code) {
      this.#unaware.delete(kernel);
      return;
    }
    if (this.#unaware.has(kernel)) return;
    this.#unaware.add(kernel);
    kernel.onRestarted(() => this.#unaware.delete(kernel));
  }

  #watch(kernel: RunningKernel): void {
    if (this.#executed.has(kernel)) return;
    kernel.onRestarted(() => {
      this.#executed.set(kernel, undefined);
      void this.kernelUsed();
    });
  }

  async #execute(
    kernel: RunningKernel,
    wish: { readonly code: string; readonly hostName: string },
  ): Promise<void> {
    try {
      if (await this.#host.isHere(kernel, wish.hostName)) {
        // There may be a newer wish by now.
        if (this.#executed.get(kernel) === wish.code) {
          await kernel.execute(wish.code);
          this.#unaware.delete(kernel);
        }
        return;
      }
      this.#declined.add(kernel);
      this.#host.log(
        l10n.t('A kernel is not authenticated, because it does not run on this machine as you.'),
      );
    } catch (error) {
      this.#declined.add(kernel);
      if (error instanceof KernelAccessDenied) {
        await this.#host.consent.set(false);
        this.#host.log(l10n.t('Kernels are not authenticated, because you denied access to them.'));
      } else {
        this.#host.log(notAuthenticated(error));
      }
    }
  }
}

function codeFor({ what, variables }: Wish): string {
  return runningKernelCode(what, variables);
}

/** Not what it says: the code that it may quote has the session token in it. */
function notAuthenticated(error: unknown): string {
  const name = error instanceof Error ? error.name : typeof error;
  return l10n.t('A kernel could not be authenticated ({0}).', name);
}
