import { readFile, readdir, readlink } from 'node:fs/promises';
import { basename } from 'node:path';

/** What Linux says of one end of a connection, or of a listening socket. */
export interface SocketRow {
  /** The user who made the socket. */
  readonly uid: number;
  /** `'0'`: no process has the socket any longer. */
  readonly inode: string;
}

export type SocketTable = 'tcp' | 'tcp6';

/** One of the tables in `/proc/net`; empty where the system has none. It costs the kernel some milliseconds. */
export async function readSocketTable(table: SocketTable): Promise<string> {
  try {
    return await readFile(`/proc/net/${table}`, 'latin1');
  } catch {
    // Another system, or one that hides it.
    return '';
  }
}

/** The end at `port` of a connection on this machine to `otherPort`. */
export function connectionRow(table: string, port: number, otherPort: number): SocketRow | undefined {
  for (const host of ['0100007F', '0000000000000000FFFF00000100007F']) {
    const row = rowWith(table, ` ${host}:${hex(port)} ${host}:${hex(otherPort)} `);
    if (row !== undefined) return row;
  }
  return undefined;
}

/** Whoever listens at a port of 127.0.0.1, or at that port of all addresses. */
export async function listenerAt(port: number): Promise<SocketRow | undefined> {
  const table = await readSocketTable('tcp');
  const listens = ` 00000000:0000 0A `;
  return (
    rowWith(table, ` 0100007F:${hex(port)}${listens}`) ??
    rowWith(table, ` 00000000:${hex(port)}${listens}`) ??
    rowWith(
      await readSocketTable('tcp6'),
      ` 00000000000000000000000000000000:${hex(port)} 00000000000000000000000000000000:0000 0A `,
    )
  );
}

/** The process that has a socket; `undefined` where this user may not see it. */
export async function processWith(
  inode: string,
  signal: AbortSignal,
): Promise<{ readonly name: string; readonly pid: string } | undefined> {
  const link = `socket:[${inode}]`;
  for (const pid of await readdir('/proc')) {
    if (signal.aborted) return undefined;
    if (!/^\d+$/.test(pid) || !(await hasOpen(pid, link))) continue;
    return { name: basename(await readlink(`/proc/${pid}/exe`)).replaceAll(/[^\w.+-]/g, ''), pid };
  }
  return undefined;
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

const hex = (port: number): string => port.toString(16).toUpperCase().padStart(4, '0');

/** Columns: number, local address, remote address, state, queues, timer, retransmits, uid, timeout, inode. */
function rowWith(table: string, ends: string): SocketRow | undefined {
  const at = table.indexOf(ends);
  if (at === -1) return undefined;
  const start = table.lastIndexOf('\n', at) + 1;
  const columns =
    table
      .slice(start, start + 256)
      .split('\n', 1)[0]
      ?.trim()
      .split(/\s+/) ?? [];
  const uid = Number(columns[7]);
  const inode = columns[9];
  return inode === undefined || !Number.isInteger(uid) ? undefined : { uid, inode };
}
