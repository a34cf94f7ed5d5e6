import { watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Clock } from '../providers/source.ts';
import { lookAt, namesIn, UnreadFile } from '../read-small-file.ts';

/** Where the system tells of changes, a look from time to time is for what it misses, such as on network drives. */
const lookIntervalMs = { told: 30_000, untold: 3000 };
/** Ten minutes' worth: whoever is at work on it has come to an end by then. */
const maxQuickLooks = 200;
/** A program that signs in writes several files; doubles while each look finds a change, as whoever is asked may write, too. */
const settleMs = { initial: 300, max: 60_000 };
/** In one folder. */
const maxFiles = 200;

/** Watches files, there or not, until it is closed. Nothing here rejects, and nothing keeps the process alive. */
export class FileWatch {
  readonly #folders: ReadonlyMap<string, readonly RegExp[]>;
  readonly #changed: () => Promise<void>;
  readonly #clock: Clock;
  readonly #closing = new AbortController();
  readonly #watchers = new Map<string, FSWatcher>();
  /** On a drive that does not respond: to ask the system to watch one would hold up this thread. */
  readonly #silent = new Set<string>();
  #told: () => void = () => undefined;
  #looks = 0;

  /** `paths`: absolute; `*` in the last part stands for any text. `changed` is waited for. */
  constructor(paths: readonly string[], changed: () => Promise<void>, clock: Clock) {
    this.#folders = byFolder(paths);
    this.#changed = changed;
    this.#clock = clock;
    if (paths.length > 0) void this.#run();
  }

  close(): void {
    this.#closing.abort(new Error('closed'));
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    try {
      let known = await this.#look();
      let waitMs = settleMs.initial;
      for (;;) {
        await this.#nextLook(signal);
        if ((await this.#look()) === known) {
          waitMs = settleMs.initial;
          continue;
        }
        await this.#clock.sleep(waitMs, signal);
        known = await this.#look();
        await this.#changed();
        waitMs = Math.min(waitMs * 2, settleMs.max);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  /** When the system tells of a change, or after a while. */
  async #nextLook(signal: AbortSignal): Promise<void> {
    const isTold = this.#watchFolders();
    this.#looks += 1;
    const isQuick = !isTold && this.#looks <= maxQuickLooks;
    const ended = new AbortController();
    const either = AbortSignal.any([signal, ended.signal]);
    const told = new Promise<void>((resolve) => {
      this.#told = resolve;
    });
    const slept = this.#clock.sleep(isQuick ? lookIntervalMs.untold : lookIntervalMs.told, either);
    try {
      await Promise.race([told, slept]);
    } finally {
      ended.abort(new Error('ended'));
      slept.catch(() => undefined);
    }
  }

  /** Whether all folders can be watched. One that is made later is found by the next look. */
  #watchFolders(): boolean {
    for (const [folder, names] of this.#folders) {
      if (this.#watchers.has(folder) || this.#silent.has(folder)) continue;
      try {
        this.#watchers.set(folder, this.#watchFolder(folder, names));
      } catch {
        // It is not there, or the system has no more watches: it is looked at more often instead.
      }
    }
    return this.#watchers.size === this.#folders.size;
  }

  #watchFolder(folder: string, names: readonly RegExp[]): FSWatcher {
    const watcher = watch(folder, { persistent: false }, (_event, name) => {
      if (name === null || names.some((one) => one.test(name))) this.#told();
    });
    watcher.on('error', () => {
      watcher.close();
      this.#watchers.delete(folder);
    });
    return watcher;
  }

  /** What can be seen of the files without reading them. */
  async #look(): Promise<string> {
    const seen: string[] = [];
    for (const [folder, names] of this.#folders) {
      const files = (await this.#filesIn(folder)).filter((file) => names.some((one) => one.test(file)));
      for (const file of files.slice(0, maxFiles)) seen.push(await seenOf(join(folder, file)));
    }
    this.#closing.signal.throwIfAborted();
    return seen.join('\n');
  }

  async #filesIn(folder: string): Promise<readonly string[]> {
    this.#silent.delete(folder);
    try {
      return await namesIn(folder);
    } catch (error) {
      if (!(error instanceof UnreadFile)) throw error;
      if (error.code === undefined) this.#silent.add(folder);
      return [];
    }
  }
}

async function seenOf(file: string): Promise<string> {
  try {
    const { mtimeMs, ctimeMs, size, ino } = await lookAt(file);
    return JSON.stringify([file, mtimeMs, ctimeMs, size, ino]);
  } catch {
    // Gone again, or a link to nothing.
    return JSON.stringify([file]);
  }
}

function byFolder(paths: readonly string[]): ReadonlyMap<string, readonly RegExp[]> {
  const folders = new Map<string, RegExp[]>();
  for (const path of paths) {
    const name = basename(path)
      .replaceAll(/[\\^$.+?()[\]{}|]/g, '\\$&')
      .replaceAll('*', '.*');
    const names = folders.get(dirname(path)) ?? [];
    folders.set(dirname(path), [...names, new RegExp(`^${name}$`)]);
  }
  return folders;
}
