import { join } from 'node:path';
import { changedPackage } from './changed-package.ts';
import type { Fault } from './fault.ts';
import type { Scene } from './scene.ts';

/** What happens to the extension itself. */
export function extensionFaults(): readonly Fault[] {
  return [
    {
      name: 'The extension is updated, and later set back to the older version',
      strike: async (scene) => {
        await scene.install(await newerVersion(scene));
        await scene.isConnected();
        await scene.install(scene.vsix);
      },
    },
    {
      name: 'All extensions are disabled, and enabled again',
      strike: async (scene) => {
        await scene.workbench.runCommand('Extensions: Disable All Installed Extensions');
        await scene.workbench.reload();
        await scene.workbench.runCommand('Extensions: Enable All Extensions');
        await scene.reload();
      },
    },
  ];
}

/** The same package under a higher version. */
async function newerVersion({ vsix, folder }: Scene): Promise<string> {
  return changedPackage(vsix, join(folder, 'newer.vsix'), { version: '99.0.0' });
}
