import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { WindowAnswer, WindowOrder } from './window-process.ts';

/** Windows in a process of their own, whose memory can be searched. One order at a time. */
export class ProcessWindow {
  readonly #child: ChildProcess;
  readonly #folder: string;
  #dumps = 0;

  private constructor(child: ChildProcess, folder: string) {
    this.#child = child;
    this.#folder = folder;
  }

  static async start(folder: string): Promise<ProcessWindow> {
    const file = fileURLToPath(new URL('./window-process.ts', import.meta.url));
    const child = fork(file, { execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    await once(child, 'message');
    return new ProcessWindow(child, folder);
  }

  /** Gives the state of the connection. */
  async tell(order: WindowOrder): Promise<string | undefined> {
    return (await this.#ask(order)).state;
  }

  /** As `find`, without what a connection that is just being closed holds for another moment. */
  async findLasting(texts: readonly string[]): Promise<readonly string[]> {
    const found = await this.find(texts);
    return found.length === 0 ? found : this.find(texts);
  }

  /** In which dumps of its memory one of these is, as a text or in bytes: file names. */
  async find(texts: readonly string[]): Promise<readonly string[]> {
    const folder = join(this.#folder, `dump-${(this.#dumps += 1)}`);
    await mkdir(folder, { recursive: true });
    const { files = [] } = await this.#ask({ do: 'dump', folder });
    const found: string[] = [];
    for (const file of files) {
      const bytes = await readFile(file);
      const isIn = texts.some((text) => bytes.includes(text) || bytes.includes(Buffer.from(text, 'utf16le')));
      if (isIn) found.push(file.slice(folder.length + 1));
    }
    await rm(folder, { recursive: true });
    return found;
  }

  async stop(): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.kill();
    await ended;
  }

  async #ask(order: WindowOrder): Promise<WindowAnswer> {
    const answered = once(this.#child, 'message') as Promise<[WindowAnswer]>;
    this.#child.send(order);
    const [answer] = await answered;
    if (answer.failure !== undefined) throw new Error(answer.failure);
    return answer;
  }
}
