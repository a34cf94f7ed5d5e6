import { once } from 'node:events';
import { createServer } from 'node:http';
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
      name: 'Another program takes the port while no window is open and the proxy is gone',
      endsTerminals: true,
      endsAccess: true,
      hindrance,
      strike: async (scene, clients) => {
        const port = Number(new URL((await scene.window.look()).uri).port);
        await scene.closeWindow();
        await signalProxy(scene, 'SIGTERM');
        await scene.leftProcesses();
        const thief = createServer((_, response) => response.writeHead(404).end());
        await once(thief.listen(port, '127.0.0.1'), 'listening');
        try {
          await scene.openWindow();
          const patience = AbortSignal.timeout(120_000);
          await Promise.all(clients.map(async (client) => client.fails(patience)));
        } finally {
          thief.closeAllConnections();
          thief.close();
        }
      },
    },
    {
      name: "The proxy's process is stopped for 10 s (SIGSTOP)",
      hindrance,
      sendsOnce: true,
      strike: stopForAWhile,
    },
    {
      name: "The proxy's process is stopped for 10 s while no window is open (SIGSTOP)",
      endsTerminals: true,
      hindrance,
      sendsOnce: true,
      strike: async (scene) => {
        await scene.closeWindow();
        await stopForAWhile(scene);
        await scene.openWindow();
      },
    },
    {
      name: 'The clock is set 8 h forward, and back',
      needs: { settableClock: true },
      strike: async (scene) => {
        for (const hours of [8, 0]) {
          await scene.setClock(hours);
          await sleep(15_000);
        }
      },
    },
    {
      name: 'The clock is set 8 h forward while no window is open, and back when one is',
      endsTerminals: true,
      needs: { settableClock: true, kept: true },
      strike: async (scene) => {
        await scene.closeWindow();
        await sleep(5000);
        await scene.setClock(8);
        await sleep(15_000);
        await scene.openWindow();
        await scene.isConnected();
        await scene.setClock(0);
        await sleep(15_000);
      },
    },
  ];
}

async function stopForAWhile(scene: Scene): Promise<void> {
  await signalProxy(scene, 'SIGSTOP');
  await sleep(10_000);
  await signalProxy(scene, 'SIGCONT');
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
