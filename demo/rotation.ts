import { setTimeout as sleep } from 'node:timers/promises';
import type { MlflowServer } from '../test/support/servers/mlflow.ts';
import { newPassword } from './company.ts';
import { trackedRuns } from './runs.ts';

/** Of 50. */
const middleEpoch = 10;
const middleTimeoutMs = 300_000;

/** Waits until the run is in its middle, then changes the password in the store and at the server. */
export async function rotateInTheMiddle(
  mlflow: MlflowServer,
  runName: string,
  rotate: (password: string) => Promise<void>,
): Promise<string> {
  const deadline = Date.now() + middleTimeoutMs;
  for (;;) {
    const run = (await trackedRuns(mlflow)).find(({ name }) => name === runName);
    if (run && run.lastStep >= middleEpoch) break;
    if (Date.now() > deadline) throw new Error(`${runName} did not reach epoch ${middleEpoch} in time.`);
    await sleep(200);
  }
  const password = newPassword();
  await rotate(password);
  await mlflow.changePassword(password);
  return password;
}
