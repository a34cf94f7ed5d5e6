import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly commandLine: string;
  /** Empty where it may not be read. */
  readonly environment: string;
}

/** All of this machine; none where there is no /proc. */
export async function processes(): Promise<readonly ProcessEntry[]> {
  const names = await readdir('/proc').catch(() => []);
  const found: ProcessEntry[] = [];
  for (const pid of names.filter((name) => /^\d+$/.test(name))) {
    const read = async (name: string): Promise<string> =>
      readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '');
    const stat = await read('stat');
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // One that has ended and was not asked for yet.
    if (parent === undefined || state === 'Z') continue;
    found.push({
      pid: Number(pid),
      parent: Number(parent),
      commandLine: (await read('cmdline')).replaceAll('\0', ' ').trim(),
      environment: await read('environ'),
    });
  }
  return found;
}

export async function childrenOf(parent: number): Promise<readonly ProcessEntry[]> {
  return (await processes()).filter((entry) => entry.parent === parent);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Waits for the end of a process that others end. */
export async function ended(pid: number, withinMs: number): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (isAlive(pid)) {
    if (Date.now() > deadline) throw new Error(`process ${pid} did not end within ${withinMs / 1000} s`);
    await sleep(50);
  }
}
