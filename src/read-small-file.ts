import { constants, readFileSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { devNull } from 'node:os';
import { isAbsolute, join, parse, sep } from 'node:path';
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

/** The last question to each drive, settled without an error. The next waits for it: a dead drive keeps a thread for each. */
const lastQuestions = new Map<string, Promise<void>>();

/** Rejects with `UnreadFile`, also when there is no answer in time. */
async function ask<T>(path: string, question: () => Promise<T>): Promise<T> {
  // In a folder that somebody else wrote, where the editor was started there, and in another for each process.
  if (!isAbsolute(path)) throw new UnreadFile(l10n.t('its path is not absolute'));
  const drive = driveOf(path);
  let isGivenUp = false;
  const late = (): Error => {
    isGivenUp = true;
    return new UnreadFile(l10n.t('its drive does not respond within {0} s', timeoutMs / 1000));
  };
  const before = lastQuestions.get(drive) ?? Promise.resolve();
  const answer = before.then(async () => {
    if (isGivenUp) throw late();
    return question();
  });
  const settled = answer.then(
    () => undefined,
    () => undefined,
  );
  lastQuestions.set(drive, settled);
  void settled.then(() => {
    if (lastQuestions.get(drive) === settled) lastQuestions.delete(drive);
  });
  try {
    return await withinDeadline(answer, { ms: timeoutMs, late });
  } catch (error) {
    throw unread(error);
  }
}

/** What stands for the drive of a file: its mount point on Linux (proc(5), mountinfo), else the beginning of its path. */
function driveOf(path: string): string {
  const { root } = parse(path);
  const beginning = join(root, ...path.slice(root.length).split(sep).slice(0, 2));
  if (process.platform !== 'linux') return beginning;
  let table: string;
  try {
    table = readFileSync('/proc/self/mountinfo', 'latin1');
  } catch {
    return beginning;
  }
  const points = table.split('\n').map((line) => unescaped(line.split(' ')[4] ?? ''));
  const within = points.filter((point) => point === '/' || `${path}/`.startsWith(`${point}/`));
  return within.reduce((longest, point) => (point.length > longest.length ? point : longest), '/');
}

/** Blanks and backslashes are octal in that table, whose bytes are those of the names. */
function unescaped(text: string): string {
  const bytes = text.replaceAll(/\\(\d{3})/g, (_match, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
  return Buffer.from(bytes, 'latin1').toString();
}

/** A text file, whole. Rejects with `UnreadFile`: also for what is no file, is larger than that, or does not respond. */
export async function readSmallFile(
  path: string,
  maxBytes: number,
  encoding: BufferEncoding = 'utf8',
): Promise<string> {
  return ask(path, async () =>
    opened(path, async (file) => {
      const bytes = Buffer.alloc(maxBytes + 1);
      let length = 0;
      for (let part = -1; part !== 0 && length <= maxBytes; length += part) {
        part = (await file.read(bytes, length, bytes.length - length, length)).bytesRead;
      }
      if (length > maxBytes) throw tooLarge(maxBytes);
      return bytes.toString(encoding, 0, length);
    }),
  );
}

/**
 * Rejects as `readSmallFile` would, without keeping what is in the file: for files that others read without a bound, and as
 * UTF-8.
 */
export async function checkSmallFile(path: string, maxBytes: number): Promise<void> {
  await ask(path, async () =>
    opened(path, async (file) => {
      if ((await file.stat()).size > maxBytes) throw tooLarge(maxBytes);
      const { buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
      if (isUtf16(buffer)) throw new UnreadFile(l10n.t('it is UTF-16 text, not UTF-8'));
    }),
  );
}

/** By its byte order mark, as PowerShell writes it with `>`. */
function isUtf16([first, second]: Buffer): boolean {
  return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
}

/** As `readSmallFile`, in whichever form the byte order mark of the file names. */
export async function readMarkedFile(path: string, maxBytes: number): Promise<string> {
  const bytes = Buffer.from(await readSmallFile(path, maxBytes, 'latin1'), 'latin1');
  const utf16 = bytes[0] === 0xff ? 'utf-16le' : 'utf-16be';
  return new TextDecoder(isUtf16(bytes) ? utf16 : 'utf-8').decode(bytes);
}

/** What can be seen of a file or a folder from outside. Rejects with `UnreadFile`. */
export async function lookAt(path: string): Promise<Stats> {
  return ask(path, async () => stat(path));
}

/** Whether there is anything; what does not respond, or may not be seen, counts as nothing. */
export async function isThere(path: string): Promise<boolean> {
  return (await unlessUnread(lookAt(path))) !== undefined;
}

/** The names in a folder. Rejects with `UnreadFile`. */
export async function namesIn(folder: string): Promise<readonly string[]> {
  return ask(folder, async () => readdir(folder));
}

/** For where what is not read says nothing. */
export async function unlessUnread<T>(read: Promise<T>): Promise<T | undefined> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof UnreadFile) return undefined;
    throw error;
  }
}

async function opened<T>(path: string, use: (file: FileHandle) => Promise<T>): Promise<T> {
  // To open a device or a pipe may do something, so it is looked at first; it may be another once it is open.
  await checkKind(await stat(path));
  const file = await open(path, openFlags);
  try {
    await checkKind(await file.stat());
    return await use(file);
  } finally {
    await file.close();
  }
}

async function checkKind(found: Stats): Promise<void> {
  if (found.isFile() || (await isNullDevice(found))) return;
  throw new UnreadFile(l10n.t('it is not a regular file'));
}

/** Empty, and ends: it is how a file is switched off. */
async function isNullDevice(found: Stats): Promise<boolean> {
  return found.isCharacterDevice() && found.rdev === (await stat(devNull)).rdev;
}

/** Also of several that are read as one. */
export function tooLarge(maxBytes: number): UnreadFile {
  return new UnreadFile(l10n.t('it is larger than {0} kB', maxBytes / 1000));
}

function unread(error: unknown): UnreadFile {
  if (error instanceof UnreadFile) return error;
  const { code = 'unknown' } = error as NodeJS.ErrnoException;
  return new UnreadFile(code, code);
}
