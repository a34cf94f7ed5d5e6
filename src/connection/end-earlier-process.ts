import { setTimeout as sleep } from 'node:timers/promises';
import { ownProcessAt } from './end-own-processes.ts';
import { whoAnswers } from './local-proof.ts';
import type { Challenge } from './local-proof.ts';

/** It may be giving a sign-in back. */
const endTimeoutMs = 4000;
const intervalMs = 50;

/**
 * Ends the process of this workspace's proxy when the key to its control socket is lost, as where SecretStorage was
 * emptied: it proves that it has the session token that this workspace had, and the system says which process it is. One
 * to which another window is attached goes on. Not on Windows, which says no more than that a program listens.
 */
export async function endEarlierProcess(challenge: Challenge): Promise<boolean> {
  if ((await whoAnswers(challenge)) !== 'ours') return false;
  const pid = await ownProcessAt(challenge.port);
  return pid !== undefined && end(pid);
}

/** Whether it has ended. On this signal it does unless a window is attached (proxy/process/main.ts). */
async function end(pid: number): Promise<boolean> {
  const until = Date.now() + endTimeoutMs;
  try {
    process.kill(pid, 'SIGHUP');
    while (Date.now() < until) {
      await sleep(intervalMs);
      process.kill(pid, 0);
    }
    return false;
  } catch {
    return true;
  }
}
