import { readFile } from 'node:fs/promises';

/** Deeper is no tree that people make. */
const maxDepth = 64;
const hangUp = 1n;

/**
 * Whether a process goes on when the window is closed that has `root` among its processes: it does not descend from that,
 * as under tmux or setsid, or it does not mind that its terminal goes, as under nohup. `false` where Linux does not say.
 */
export async function isDetachedFrom(root: number, pid: number): Promise<boolean> {
  if (await ignoresHangUp(pid)) return true;
  let current = pid;
  for (let depth = 0; depth < maxDepth; depth += 1) {
    if (current === root) return false;
    const parent = Number(await statusOf(current, /^PPid:\s*(\d+)$/m));
    if (!Number.isInteger(parent)) return false;
    // 0: of the first process, and of one that another container started.
    if (parent <= 1) return root > 1;
    current = parent;
  }
  return false;
}

async function ignoresHangUp(pid: number): Promise<boolean> {
  const ignored = await statusOf(pid, /^SigIgn:\s*([\da-f]+)$/m);
  return ignored !== undefined && (BigInt(`0x${ignored}`) & hangUp) === hangUp;
}

/** `undefined`: it has ended, or is hidden. */
async function statusOf(pid: number, line: RegExp): Promise<string | undefined> {
  try {
    return line.exec(await readFile(`/proc/${pid}/status`, 'latin1'))?.[1];
  } catch {
    return undefined;
  }
}
