import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { tools } from '../support/setup/parts.mjs';
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

const program = `
import re, sys, zipfile
source, target, version = sys.argv[1:]
with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
    for entry in old.infolist():
        data = old.read(entry)
        if entry.filename == "extension/package.json":
            data = re.sub(rb'"version": *"[^"]*"', b'"version": "' + version.encode() + b'"', data, count=1)
        if entry.filename == "extension.vsixmanifest":
            data = re.sub(rb'(<Identity [^>]*Version=)"[^"]*"', rb'\\1"' + version.encode() + b'"', data)
        new.writestr(entry, data)
`;

/** The same package under a higher version. */
async function newerVersion({ vsix, folder }: Scene): Promise<string> {
  const target = join(folder, 'newer.vsix');
  await promisify(execFile)(tools.python('mlflow'), ['-c', program, vsix, target, '99.0.0']);
  return target;
}
