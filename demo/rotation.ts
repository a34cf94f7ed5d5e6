import { setTimeout as sleep } from 'node:timers/promises';
import type { MlflowServer } from '../test/support/servers/mlflow.ts';
import { newPassword } from './company.ts';
import { trackedRuns } from './runs.ts';

/** Of 50 epochs. */
const middle = 20;
const middleTimeoutMs = 120_000;

/** Waits until the run got half its way, then changes the password in the store and at the server. */
export async function rotateInTheMiddle(
  mlflow: MlflowServer,
  runName: string,
  rotate: (password: string) => Promise<void>,
): Promise<string> {
  const deadline = Date.now() + middleTimeoutMs;
  for (;;) {
    const run = (await trackedRuns(mlflow)).find(({ name }) => name === runName);
    if (run && run.lastStep >= middle) break;
    if (Date.now() > deadline) throw new Error(`${runName} did not get to epoch ${middle}.`);
    await sleep(500);
  }
  const password = newPassword();
  await rotate(password);
  await mlflow.changePassword(password);
  return password;
}
