import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { installPackages, runPinned } from '../support/setup/bootstrap.mjs';
import { ensure } from '../support/setup/parts.mjs';

// Debian has nginx where only root's PATH looks.
process.env.PATH += `${delimiter}/usr/sbin`;

function onPath(program) {
  return process.env.PATH.split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

try {
  await installPackages();
  const load = onPath('nginx') && onPath('wrk') ? [] : ['load'];
  await ensure([...load, 'plugin', 'openbao']);
  await runPinned('test/bench/bench.ts');
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
