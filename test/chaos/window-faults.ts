import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from './fault.ts';
import { lingerSeconds } from './scene.ts';

/** What happens to the window, the programs that it is made of, and the extension in it. */
export function windowFaults(): readonly Fault[] {
  return [
    {
      name: 'The window is reloaded',
      isQuick: true,
      strike: async (scene) => scene.reload(),
    },
    {
      name: 'The window is reloaded in the middle of an upload of 200 MB',
      uploads: true,
      strike: async (scene) => scene.reload(),
    },
    {
      name: 'The extension host is killed five times in a row',
      strike: async (scene) => {
        for (let times = 0; times < 5; times += 1) {
          await scene.killHost();
          await scene.isConnected();
        }
      },
    },
    {
      name: 'The extension host is killed in the middle of an upload of 200 MB',
      uploads: true,
      strike: async (scene) => scene.killHost(),
    },
    {
      name: "VS Code's server is stopped and started",
      endsTerminals: true,
      strike: async (scene) => {
        await scene.endServer('SIGTERM');
        await scene.startServer();
      },
    },
    {
      name: "VS Code's server is killed and started",
      endsTerminals: true,
      strike: async (scene) => {
        await scene.endServer('SIGKILL');
        await scene.startServer();
      },
    },
    {
      name: 'The browser is killed and started, after the grace time of the window',
      endsTerminals: true,
      strike: async (scene) => {
        await scene.killBrowser();
        await scene.openBrowser();
      },
    },
    {
      name: 'The window is closed for 20 s',
      endsTerminals: true,
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
    {
      name: 'The disk is full, the window is reloaded, and the disk has room again',
      fillsDisk: true,
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
