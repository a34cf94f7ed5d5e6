import { closeSync, openSync, readSync } from 'node:fs';
import { readdir, readlink } from 'node:fs/promises';
import { basename } from 'node:path';
import { setImmediate } from 'node:timers/promises';

/** What Linux says of one end of a connection, or of a listening socket. */
export interface SocketRow {
  /** The user who made the socket. */
  readonly uid: number;
  /** `'0'`: no process has the socket any longer. */
  readonly inode: string;
  /** Neither end has closed it. */
  readonly isOpen: boolean;
}

export type SocketTable = 'tcp' | 'tcp6';

/** More than the kernel gives in one read, which is whole rows. Used only until the next read. */
const piece = Buffer.allocUnsafe(65_536);
/** A table may have ten thousand rows; other work waits for a part of them only. */
const readsPerTurn = 16;

/**
 * Of one of the tables in `/proc/net` the rows that name `port`, and some around them; empty where the system has none.
 * It costs the kernel some milliseconds. Read at once, because a thread of the pool for each page would cost much more.
 */
export async function readSocketTable(table: SocketTable, port: number): Promise<string> {
  let file: number | undefined;
  try {
    file = openSync(`/proc/net/${table}`, 'r');
    return await rowsAround(file, `:${hex(port)} `);
  } catch {
    // Another system, or one that hides it.
    return '';
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

async function rowsAround(file: number, end: string): Promise<string> {
  let rows = '';
  for (let reads = 1; ; reads += 1) {
    const length = readSync(file, piece);
    if (length === 0) return rows;
    const read = piece.subarray(0, length);
    if (read.includes(end, 0, 'latin1')) rows += read.toString('latin1');
    if (reads % readsPerTurn === 0) await setImmediate();
  }
}

/** 127.0.0.1, as sockets for IPv4 and for IPv6 have it. */
const loopbackHosts = ['0100007F', '0000000000000000FFFF00000100007F'];

/** The end at `port` of a connection on this machine to `otherPort`. */
export function connectionRow(table: string, port: number, otherPort: number): SocketRow | undefined {
  for (const host of loopbackHosts) {
    const row = rowWith(table, ` ${host}:${hex(port)} ${host}:${hex(otherPort)} `);
    if (row !== undefined) return row;
  }
  return undefined;
}

/** The other ends of all connections on this machine to `port`, by their own ports: the table is gone through once. */
export function connectionRowsTo(table: string, port: number): ReadonlyMap<number, SocketRow> {
  const rows = new Map<number, SocketRow>();
  for (const host of loopbackHosts) {
    const end = ` ${host}:${hex(port)} `;
    const otherEnd = new RegExp(`^${host}:([0-9A-F]{4})$`);
    for (let at = table.indexOf(end); at !== -1; at = table.indexOf(end, at + end.length - 1)) {
      // Where it is the row's own address, its number and a colon come before.
      const other = otherEnd.exec(table.slice(at - host.length - 5, at))?.[1];
      const row = other === undefined ? undefined : rowAt(table, at);
      if (other !== undefined && row !== undefined) rows.set(Number.parseInt(other, 16), row);
    }
  }
  return rows;
}

const listens = ' 00000000:0000 0A ';

/** Whoever listens at a port of 127.0.0.1 alone. */
export function listenerRow(table: string, port: number): SocketRow | undefined {
  return rowWith(table, ` 0100007F:${hex(port)}${listens}`);
}

/** Whoever listens at a port of 127.0.0.1, or at that port of all addresses. */
export async function listenerAt(port: number): Promise<SocketRow | undefined> {
  const table = await readSocketTable('tcp', port);
  return (
    listenerRow(table, port) ??
    rowWith(table, ` 00000000:${hex(port)}${listens}`) ??
    rowWith(
      await readSocketTable('tcp6', port),
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

const established = '01';

const hex = (port: number): string => port.toString(16).toUpperCase().padStart(4, '0');

/** Columns: number, local address, remote address, state, queues, timer, retransmits, uid, timeout, inode. */
function rowWith(table: string, ends: string): SocketRow | undefined {
  const at = table.indexOf(ends);
  return at === -1 ? undefined : rowAt(table, at);
}

/** The row that `at` is in. */
function rowAt(table: string, at: number): SocketRow | undefined {
  const start = table.lastIndexOf('\n', at) + 1;
  const columns =
    table
      .slice(start, start + 256)
      .split('\n', 1)[0]
      ?.trim()
      .split(/\s+/) ?? [];
  const uid = Number(columns[7]);
  const inode = columns[9];
  return inode === undefined || !Number.isInteger(uid)
    ? undefined
    : { uid, inode, isOpen: columns[3] === established };
}
