import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from './fault.ts';

/** Less than for how long MLflow's client tries: it is told at once. */
const patienceMs = 120_000;

/** What happens to what VS Code keeps for the extension; in a browser, it is in the page's storage. */
export function secretStorageFaults(): readonly Fault[] {
  return [
    {
      name: 'SecretStorage fails while the window is reloaded, and is there again at the next reload',
      sendsOnce: true,
      strike: async (scene) => {
        await scene.breakSecretStorage();
        await scene.reload();
        await sleep(10_000);
        await scene.mendSecretStorage();
        await scene.reload();
      },
    },
    {
      name: 'SecretStorage is empty when the window is reloaded, and the user connects again',
      // Their token was in it, and the key to the process that they use: the window ends that.
      endsAccess: true,
      strike: async (scene, clients) => {
        await scene.emptySecretStorage();
        await scene.reload();
        await scene.connectAgain();
        const patience = AbortSignal.timeout(patienceMs);
        await Promise.all(clients.map(async (client) => client.fails(patience)));
      },
    },
  ];
}
