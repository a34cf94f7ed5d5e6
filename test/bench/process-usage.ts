import { readFile } from 'node:fs/promises';

export interface ProcessUsage {
  readonly cpuMicroseconds: number;
  readonly rssBytes: number;
}

/** Linux counts a process's time in ticks of 10 ms. */
const microsecondsPerTick = 10_000;

/** Of a process and its children, as nginx has them; `undefined` where there is no /proc. */
export async function processUsage(pid: number): Promise<ProcessUsage | undefined> {
  if (process.platform !== 'linux') return undefined;
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  const all = [pid, ...children.trim().split(' ').filter(Boolean).map(Number)];
  let cpuMicroseconds = 0;
  let rssBytes = 0;
  for (const one of all) {
    // The second field is the name in parentheses and may hold spaces; user and system time are the 14th and 15th.
    const stat = (await readFile(`/proc/${one}/stat`, 'utf8')).split(') ')[1]!.split(' ');
    cpuMicroseconds += (Number(stat[11]) + Number(stat[12])) * microsecondsPerTick;
    const status = await readFile(`/proc/${one}/status`, 'utf8');
    rssBytes += Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) * 1024;
  }
  return { cpuMicroseconds, rssBytes };
}

/** Resident memory that no other process shares; `undefined` where there is no /proc. */
export async function privateBytes(pid: number): Promise<number | undefined> {
  if (process.platform !== 'linux') return undefined;
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8');
  const fields = rollup.matchAll(/^Private_(?:Clean|Dirty):\s+(\d+) kB/gm);
  return [...fields].reduce((sum, [, kibibytes]) => sum + Number(kibibytes) * 1024, 0);
}
