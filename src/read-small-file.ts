import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import * as l10n from '@vscode/l10n';
import { withinDeadline } from './deadline.ts';

const timeoutMs = 5000;

/** Opening a pipe would otherwise wait for whoever writes into it; Windows has no such pipes among its files. */
const openFlags =
  process.platform === 'win32' ? constants.O_RDONLY : constants.O_RDONLY | constants.O_NONBLOCK;

/** Why a file was not read; `code` is the system's, where it said one. The message is a clause for people. */
export class UnreadFile extends Error {
  readonly code: string | undefined;

  constructor(clause: string, code?: string) {
    super(clause);
    this.name = 'UnreadFile';
    this.code = code;
  }
}

/** Under way: a file on a dead network drive must not take one thread after the other. */
const reading = new Map<string, Promise<string>>();

/** A text file, whole. Rejects with `UnreadFile`: also for what is no file, is larger than that, or does not respond. */
export async function readSmallFile(path: string, maxBytes: number): Promise<string> {
  const key = `${maxBytes}:${path}`;
  let text = reading.get(key);
  if (text === undefined) {
    text = read(path, maxBytes).finally(() => reading.delete(key));
    reading.set(key, text);
  }
  const late = (): Error =>
    new UnreadFile(l10n.t('its drive does not respond within {0} s', timeoutMs / 1000));
  return withinDeadline(text, { ms: timeoutMs, late });
}

async function read(path: string, maxBytes: number): Promise<string> {
  try {
    const file = await open(path, openFlags);
    try {
      if (!(await file.stat()).isFile()) throw new UnreadFile(l10n.t('it is not a regular file'));
      const bytes = Buffer.alloc(maxBytes + 1);
      let length = 0;
      for (let part = -1; part !== 0 && length <= maxBytes; length += part) {
        part = (await file.read(bytes, length, bytes.length - length, length)).bytesRead;
      }
      if (length > maxBytes) throw new UnreadFile(l10n.t('it is larger than {0} kB', maxBytes / 1000));
      return bytes.toString('utf8', 0, length);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof UnreadFile) throw error;
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw new UnreadFile(code, code);
  }
}
