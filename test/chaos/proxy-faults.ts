import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from './fault.ts';
import type { Scene } from './scene.ts';

/** What happens to the proxy's own process. */
export function proxyFaults(): readonly Fault[] {
  return [
    {
      name: "The proxy's process is killed",
      hindrance,
      strike: async (scene) => signalProxy(scene, 'SIGKILL'),
    },
    {
      name: "The proxy's process is killed while no window is open",
      endsTerminals: true,
      hindrance,
      strike: async (scene) => {
        await scene.closeWindow();
        await sleep(5000);
        await signalProxy(scene, 'SIGKILL');
        await scene.openWindow();
      },
    },
    {
      name: "The proxy's process is stopped for 10 s (SIGSTOP)",
      hindrance,
      strike: async (scene) => {
        await signalProxy(scene, 'SIGSTOP');
        await sleep(10_000);
        await signalProxy(scene, 'SIGCONT');
      },
    },
  ];
}

async function hindrance(scene: Scene): Promise<string | undefined> {
  const found = await scene.ownProcesses();
  return found.length > 0
    ? undefined
    : 'the proxy runs in the extension host, as no process could be started';
}

/** None is there any more where the extension has ended it and started another. */
async function signalProxy(scene: Scene, signal: NodeJS.Signals): Promise<void> {
  for (const { pid } of await scene.ownProcesses()) process.kill(pid, signal);
}
