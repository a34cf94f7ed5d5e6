import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from './fault.ts';
import { lingerSeconds } from './scene.ts';
import type { Scene } from './scene.ts';

const gibibyte = 2 ** 30;
const minuteMs = 60_000;

async function restartServer(scene: Scene): Promise<void> {
  await scene.endServer('SIGTERM');
  await scene.startServer();
}

/** With `proxy.afterClose` `whileInUse`; a secret is fetched each minute and may be one minute too old. */
function keptFaults(): readonly Fault[] {
  return [
    {
      name: 'The window is closed for 10 minutes; the secret is rotated twice, and the store is away for 30 s and for 3 min',
      endsTerminals: true,
      needs: { kept: true },
      strike: async (scene) => {
        const { servers } = scene;
        const away = async (ms: number): Promise<void> =>
          servers.storeFront.during({ kind: 'refuses' }, async () => sleep(ms));
        await scene.closeWindow();
        await sleep(minuteMs);
        await servers.rotate();
        await sleep(1.5 * minuteMs);
        await away(minuteMs / 2);
        await sleep(minuteMs);
        await servers.rotate();
        await sleep(minuteMs);
        await away(3 * minuteMs);
        await sleep(2 * minuteMs);
        await scene.openWindow();
      },
    },
  ];
}

/** What happens to the window, the programs that it is made of, and the extension in it. */
export function windowFaults(): readonly Fault[] {
  return [
    {
      name: 'The window is reloaded',
      isQuick: true,
      sendsOnce: true,
      strike: async (scene) => scene.reload(),
    },
    {
      name: 'The window is reloaded in the middle of an upload of 1 GiB',
      uploadBytes: gibibyte,
      sendsOnce: true,
      strike: async (scene) => scene.reload(),
    },
    {
      name: 'The extension host is killed five times in a row',
      sendsOnce: true,
      strike: async (scene) => {
        for (let times = 0; times < 5; times += 1) {
          await scene.killHost();
          await scene.isConnected();
        }
      },
    },
    {
      name: 'The extension host is killed in the middle of an upload of 1 GiB',
      uploadBytes: gibibyte,
      sendsOnce: true,
      strike: async (scene) => scene.killHost(),
    },
    {
      name: "VS Code's server is stopped and started",
      endsTerminals: true,
      sendsOnce: true,
      strike: restartServer,
    },
    {
      name: "VS Code's server is stopped and started in the middle of an upload of 1 GiB",
      endsTerminals: true,
      uploadBytes: gibibyte,
      sendsOnce: true,
      strike: restartServer,
    },
    {
      name: "VS Code's server is killed and started",
      endsTerminals: true,
      sendsOnce: true,
      strike: async (scene) => {
        await scene.endServer('SIGKILL');
        await scene.startServer();
      },
    },
    {
      name: 'The browser is killed and started, after the grace time of the window',
      endsTerminals: true,
      sendsOnce: true,
      strike: async (scene) => {
        await scene.killBrowser();
        await scene.openBrowser();
      },
    },
    {
      name: 'The window is closed for 20 s',
      endsTerminals: true,
      sendsOnce: true,
      strike: async (scene) => {
        await scene.closeWindow();
        await sleep(20_000);
        await scene.openWindow();
      },
    },
    {
      name: 'The window is closed for 20 s, and the secret is rotated meanwhile',
      endsTerminals: true,
      strike: async (scene) => {
        await scene.closeWindow();
        await sleep(10_000);
        await scene.servers.rotate();
        await sleep(10_000);
        await scene.openWindow();
      },
    },
    {
      name: `The window is closed for longer than the proxy stays, which is ${lingerSeconds} s here`,
      endsTerminals: true,
      strike: async (scene) => {
        await scene.closeWindow();
        await sleep(lingerSeconds * 1000);
        const left = await scene.leftProcesses();
        if (left > 0) throw new Error(`${left} processes stay without a window`);
        await scene.openWindow();
      },
    },
    ...keptFaults(),
    {
      name: 'Two windows of one folder are reloaded and closed in turn',
      endsTerminals: true,
      sendsOnce: true,
      strike: async (scene) => {
        const second = await scene.openSecondWindow();
        await second.isConnected();
        await scene.reload();
        await scene.isConnected();
        await second.reload();
        await second.isConnected();
        await scene.closeWindow();
        await sleep(5000);
        await second.isConnected();
        await scene.openWindow();
        await scene.isConnected();
        await second.close();
      },
    },
    {
      name: 'The disk is full, the window is reloaded, and the disk has room again',
      needs: { smallDisk: true },
      hindrance: async ({ disk }) =>
        Promise.resolve(disk === undefined ? 'only root may make a disk that is full' : undefined),
      strike: async (scene) => {
        await scene.disk?.fill();
        try {
          await scene.reload();
          await scene.isConnected();
        } finally {
          await scene.disk?.free();
        }
      },
    },
  ];
}
