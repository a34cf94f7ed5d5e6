import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { runningKernelCode } from '../../src/python/running-kernel.ts';
import { packageFolder } from '../contract/python/run-client.ts';
import { tools } from '../support/setup/parts.mjs';
import type { Scene } from './scene.ts';
import { asCell, inBash, inHost, inKernel, run, terminalEnvironment } from './start.ts';
import { byAddressOnly, notReached, works } from './way.ts';
import type { Start, Way } from './way.ts';

/** The same with a variable in the person's own files. */
const ofSecondServer = 'export MLFLOW_TRACKING_URI=http://127.0.0.1:9 MLFLOW_TRACKING_TOKEN=canary-of-a-file';

const terminals: readonly Way[] = [
  { name: 'terminal, bash', expected: works, start: async (start) => inBash(start) },
  {
    name: 'terminal, bash as a login shell',
    expected: works,
    start: async (start) => inBash(start, { isLogin: true }),
  },
  {
    name: 'terminal, bash without shell integration',
    expected: works,
    start: async (start) => inBash(start, { isIntegrated: false }),
  },
  {
    name: 'terminal, a start-up file exports variables of another server',
    expected: works,
    start: async (start) => inBash(start, { startUp: ofSecondServer }),
  },
  {
    name: 'terminal, a start-up file adds to PYTHONPATH',
    expected: works,
    start: async (start) => inBash(start, { startUp: 'export PYTHONPATH=/of/theirs:$PYTHONPATH' }),
  },
  {
    // Theirs stays, and without ours MLflow does not find the package.
    name: 'terminal, a start-up file sets PYTHONPATH anew',
    expected: byAddressOnly,
    start: async (start) => inBash(start, { startUp: 'export PYTHONPATH=/of/theirs' }),
  },
  ...['zsh', 'fish', 'pwsh'].map((shell): Way => {
    const cannot = isThere(shell) ? 'not written yet' : `${shell} is not installed`;
    return { name: `terminal, ${shell}`, expected: works, cannot, start: async () => Promise.resolve() };
  }),
  {
    name: 'terminal from before connecting',
    expected: notReached,
    start: async ({ scene, ...start }) => inHost({ scene, ...start }, scene.before),
  },
  {
    name: 'task, shell',
    expected: works,
    start: async ({ scene, python, script, folder }) => {
      const line = [python, ...script].map((part) => `'${part}'`).join(' ');
      await run(['bash', '-c', line], { env: terminalEnvironment(scene), cwd: folder });
    },
  },
  {
    name: 'task, process',
    expected: works,
    start: async ({ scene, python, script, folder }) =>
      run([python, ...script], { env: terminalEnvironment(scene), cwd: folder }),
  },
];

function kernelCode({ changesFor, before }: Pick<Scene, 'before'> & { changesFor: Scene['changesFor'] }): {
  connect: string;
  disconnect: string;
} {
  const variables = { changes: changesFor(before), before, packageFolder, hostName: hostname() };
  return {
    connect: runningKernelCode('connect', variables),
    disconnect: runningKernelCode('disconnect', variables),
  };
}

const kernels: readonly Way[] = [
  {
    name: 'notebook, new kernel',
    expected: works,
    start: async (start) => inKernel(start, start.scene.host, [{ code: asCell(start.script) }]),
  },
  {
    name: 'notebook, running kernel through the Jupyter API',
    expected: works,
    start: async (start) => {
      const { scene, phase, script } = start;
      const code = kernelCode({
        before: scene.before,
        changesFor: (environment) => scene.changesFor(environment),
      });
      const steps = {
        before: [{ code: 'import mlflow' }],
        connected: [{ code: 'import mlflow' }, { code: code.connect }],
        after: [{ code: code.connect }, { code: 'import mlflow' }, { code: code.disconnect }],
      }[phase];
      await inKernel(start, scene.before, [...steps, { code: asCell(script) }]);
    },
  },
  {
    name: 'notebook, restarted kernel',
    expected: works,
    start: async (start) =>
      inKernel(start, start.scene.before, [{ restart: start.scene.host }, { code: asCell(start.script) }]),
  },
];

const children: readonly Way[] = [
  { name: 'debugger, tests, subprocess', expected: works, start: async (start) => inHost(start) },
  ...['spawn', 'fork', 'joblib'].map((how): Way => ({
    name: how === 'joblib' ? 'joblib' : `multiprocessing, ${how}`,
    expected: works,
    start: async ({ script, ...start }) => inHost({ ...start, script: [...script, how] }),
  })),
  {
    name: 'venv',
    expected: works,
    start: async ({ scene, python, script, folder }) => {
      const activate = `. '${join(dirname(python), 'activate')}' && python ${script.map((part) => `'${part}'`).join(' ')}`;
      await run(['bash', '-c', activate], { env: scene.host, cwd: folder });
    },
  },
  {
    name: 'uv run',
    expected: works,
    start: async ({ scene, python, script, folder }) => {
      const uv = [
        tools.program('uv', 'uv'),
        'run',
        '--no-project',
        '--offline',
        '--python',
        python,
        ...script,
      ];
      await run(uv, { env: scene.host, cwd: folder });
    },
  },
  {
    name: 'mlflow run',
    expected: works,
    start: async ({ scene, python, script, folder }) => {
      const project = join(folder, 'project');
      await mkdir(project);
      const command = [python, ...script].map((part) => `'${part}'`).join(' ');
      await writeFile(
        join(project, 'MLproject'),
        `name: way\nentry_points:\n  main:\n    command: "${command}"\n`,
      );
      const mlflow = [join(dirname(python), 'mlflow'), 'run', project, '--env-manager', 'local'];
      // Without the connection it would make a data base of its own.
      const isDirect = !scene.isConnected;
      await run(isDirect ? [python, ...script] : mlflow, { env: scene.host, cwd: folder });
    },
  },
];

const apart: readonly Way[] = [
  {
    name: 'python -I',
    expected: byAddressOnly,
    start: async ({ python, script, scene, folder }) =>
      run([python, '-I', ...script], { env: scene.host, cwd: folder }),
  },
  {
    name: 'env -i',
    expected: notReached,
    start: async ({ python, script, scene, folder }) =>
      run(['env', '-i', python, ...script], { env: scene.host, cwd: folder }),
  },
  {
    name: 'another machine',
    expected: { ...notReached, said: /were made on elsewhere, and this is/ },
    start: async (start) => {
      const { host, isConnected } = start.scene;
      // There, nothing listens at the port.
      const taken = {
        MLFLOW_VSCODE_HOST: 'elsewhere',
        MLFLOW_VSCODE_ADDRESS: 'http://127.0.0.1:9',
        MLFLOW_TRACKING_URI: 'http://127.0.0.1:9',
      };
      await inHost(start, isConnected ? { ...host, ...taken } : host);
    },
  },
];

/** The Python extension lays a `.env` file over the environment. */
const withFile = async (start: Start, file: Readonly<Record<string, string>>): Promise<void> =>
  inHost(start, { ...start.scene.host, ...file });

const theirPlugin = `
class Theirs:
    def get_name(self):
        return "theirs"

    def get_auth(self):
        return self.sign

    def sign(self, request):
        request.headers["Authorization"] = "Bearer canary-of-their-plugin"
        return request
`;

const files: readonly Way[] = [
  {
    name: '.env names the tracking server',
    expected: works,
    start: async (start) => withFile(start, { MLFLOW_TRACKING_URI: start.scene.server.origin }),
  },
  {
    name: '.env has PYTHONPATH',
    expected: works,
    start: async (start) => {
      const { PYTHONPATH: ours } = start.scene.host;
      await withFile(start, { PYTHONPATH: ['/somewhere/of/theirs', ours].filter(Boolean).join(':') });
    },
  },
  {
    name: '.env has MLFLOW_TRACKING_TOKEN of another server',
    expected: works,
    start: async (start) => withFile(start, { MLFLOW_TRACKING_TOKEN: 'canary-of-a-file' }),
  },
  {
    name: '.env has MLFLOW_TRACKING_AUTH of a plugin that is not installed',
    expected: works,
    start: async (start) => withFile(start, { MLFLOW_TRACKING_AUTH: 'a-plugin-of-theirs' }),
  },
  {
    // It signs in at any server, as the person wants it to.
    name: '.env has MLFLOW_TRACKING_AUTH of a plugin that is installed',
    expected: { ...notReached, said: /MLFLOW_TRACKING_AUTH is theirs, so that plugin signs in/ },
    start: async (start) => {
      const folder = join(start.scene.folder, 'plugin');
      const info = join(folder, 'theirs-1.0.dist-info');
      await mkdir(info, { recursive: true });
      await writeFile(join(info, 'METADATA'), 'Metadata-Version: 2.1\nName: theirs\nVersion: 1.0\n');
      await writeFile(
        join(info, 'entry_points.txt'),
        '[mlflow.request_auth_provider]\ntheirs = theirs:Theirs\n',
      );
      await writeFile(join(folder, 'theirs.py'), theirPlugin);
      const { PYTHONPATH: ours } = start.scene.host;
      const PYTHONPATH = [folder, ours].filter((part) => part !== undefined).join(':');
      await withFile(start, { MLFLOW_TRACKING_AUTH: 'theirs', PYTHONPATH });
    },
  },
];

export const ways: readonly Way[] = [...terminals, ...kernels, ...children, ...apart, ...files];

function isThere(program: string): boolean {
  try {
    execFileSync('which', [program], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
