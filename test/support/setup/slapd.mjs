import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { unpackDebianPackage } from './apt.mjs';
import { cacheFolder, installOnce, isInstalled } from './cache.mjs';

const name = 'slapd';

/** OpenLDAP's server, of Debian's package, which is not installed: that would set up a service and start it. */
export const slapd = {
  isInstalled: () => isInstalled(name) && works(),
  install: () => installOnce(name, (folder) => unpackDebianPackage(name, folder), works),
  /** Where its program, modules and schemas are. */
  files: () => {
    const folder = join(cacheFolder(), name);
    return {
      program: join(folder, 'usr', 'sbin', 'slapd'),
      modules: join(folder, 'usr', 'lib', 'ldap'),
      schemas: join(folder, 'etc', 'ldap', 'schema'),
      env: { ...process.env, LD_LIBRARY_PATH: libraries(join(folder, 'usr', 'lib')) },
    };
  },
};

/** By architecture: `x86_64-linux-gnu`. */
function libraries(folder) {
  if (!existsSync(folder)) return '';
  return readdirSync(folder)
    .filter((entry) => entry.includes('-linux-'))
    .map((entry) => join(folder, entry))
    .join(':');
}

/** The system's libraries may have become others since. */
function works() {
  const { program, env } = slapd.files();
  return spawnSync(program, ['-VV'], { env }).status === 0;
}
