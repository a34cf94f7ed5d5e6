import { basename } from 'node:path';
import { readFile, readdir, readlink } from 'node:fs/promises';
import * as l10n from '@vscode/l10n';

const lookupTimeoutMs = 300;

/**
 * Who is at the other end of a local connection: "from python3 (process 4711)". Empty where the system does not say,
 * which only Linux does. Never rejects.
 */
export async function describePeer(
  remotePort: number | undefined,
  localPort: number | undefined,
): Promise<string> {
  if (process.platform !== 'linux' || remotePort === undefined || localPort === undefined) return '';
  const bound = new AbortController();
  const timer = setTimeout(() => bound.abort(), lookupTimeoutMs);
  const late = new Promise<string>((resolve) => bound.signal.addEventListener('abort', () => resolve('')));
  try {
    return await Promise.race([find(remotePort, localPort, bound.signal), late]);
  } catch {
    // A process that ended meanwhile, or another user's.
    return '';
  } finally {
    clearTimeout(timer);
  }
}

async function find(remotePort: number, localPort: number, signal: AbortSignal): Promise<string> {
  const inode = inodeOf(await readFile('/proc/net/tcp', 'latin1'), remotePort, localPort);
  if (inode === undefined) return '';
  const link = `socket:[${inode}]`;
  for (const pid of await readdir('/proc')) {
    if (signal.aborted) return '';
    if (!/^\d+$/.test(pid) || !(await hasOpen(pid, link))) continue;
    const name = basename(await readlink(`/proc/${pid}/exe`)).replaceAll(/[^\w.+-]/g, '');
    return l10n.t('from {0} (process {1})', name, pid);
  }
  return l10n.t('from a process of another user');
}

async function hasOpen(pid: string, link: string): Promise<boolean> {
  const folder = `/proc/${pid}/fd`;
  try {
    const links = await Promise.all(
      (await readdir(folder)).map(async (fd) => readlink(`${folder}/${fd}`).catch(() => '')),
    );
    return links.includes(link);
  } catch {
    // Another user's, or ended.
    return false;
  }
}

/** Columns: number, local address, remote address, state, queues, timer, retransmits, uid, timeout, inode. */
function inodeOf(table: string, remotePort: number, localPort: number): string | undefined {
  const hex = (port: number): string => port.toString(16).toUpperCase().padStart(4, '0');
  const ends = ` 0100007F:${hex(remotePort)} 0100007F:${hex(localPort)} `;
  const row = table.split('\n').find((line) => line.includes(ends));
  const inode = row?.trim().split(/\s+/)[9];
  return inode === '0' ? undefined : inode;
}
