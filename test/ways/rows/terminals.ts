import { ownToken } from '../scene.ts';
import { quoted, terminalEnvironment } from '../start.ts';
import { inShell, shells } from '../shells.ts';
import type { Shell, ShellOptions } from '../shells.ts';
import { program, whereThereIs } from '../program.ts';
import { byAddressOnly, notReached, works } from '../way.ts';
import type { Start, Way } from '../way.ts';

/** What people have in their start-up files: an address and a token of another server, and modules of their own. */
const startUps: Readonly<
  Record<Shell, { readonly ofSecondServer: string; readonly adds: string; readonly sets: string }>
> = {
  bash: posix(),
  zsh: posix(),
  fish: {
    ofSecondServer:
      'set -gx MLFLOW_TRACKING_URI http://127.0.0.1:9\nset -gx MLFLOW_TRACKING_TOKEN canary-of-a-file',
    adds: 'set -gx PYTHONPATH /of/theirs $PYTHONPATH',
    sets: 'set -gx PYTHONPATH /of/theirs',
  },
};

function posix(): (typeof startUps)[Shell] {
  return {
    ofSecondServer: 'export MLFLOW_TRACKING_URI=http://127.0.0.1:9 MLFLOW_TRACKING_TOKEN=canary-of-a-file',
    adds: 'export PYTHONPATH=/of/theirs:$PYTHONPATH',
    sets: 'export PYTHONPATH=/of/theirs',
  };
}

function ofShell(shell: Shell): readonly Way[] {
  const { ofSecondServer, adds, sets } = startUps[shell];
  const terminal = (what: string, options: ShellOptions, expected = works): Way =>
    whereThereIs(shell, {
      name: `terminal, ${shell}${what}`,
      expected,
      start: async (start) => inShell(shell, start, options),
    });
  return [
    terminal('', {}),
    terminal(' as a login shell', { isLogin: true }),
    terminal(' without shell integration', { isIntegrated: false }),
    terminal(', a start-up file exports variables of another server', { startUp: ofSecondServer }),
    terminal(', a start-up file adds to PYTHONPATH', { startUp: adds }),
    // Theirs stays, and without ours MLflow does not find the package.
    terminal(', a start-up file sets PYTHONPATH anew', { startUp: sets }, byAddressOnly),
  ];
}

/** What `terminal.integrated.env` has in it. */
const ofSetting = {
  MLFLOW_TRACKING_URI: 'http://127.0.0.1:9',
  MLFLOW_TRACKING_TOKEN: 'canary-of-a-setting',
  PYTHONPATH: '/of/theirs',
};

export const terminals: readonly Way[] = [
  ...shells.flatMap(ofShell),
  {
    name: 'terminal, pwsh',
    expected: works,
    cannot: 'PowerShell is in none of the registries that the tests install from',
    start: async () => Promise.resolve(),
  },
  {
    name: 'terminal, terminal.integrated.env has the same variables',
    expected: works,
    start: async (start: Start): Promise<void> => inShell('bash', start, { setting: ofSetting }),
  },
  {
    name: 'terminal, terminal.integrated.inheritEnv is off',
    expected: works,
    start: async (start: Start): Promise<void> => {
      // What the editor has of it comes from the same file.
      const startUp = `export MLFLOW_TRACKING_TOKEN=${ownToken}`;
      await inShell('bash', start, { isLogin: true, inheritsEnv: false, startUp });
    },
  },
  program('terminal from before connecting', notReached, ({ scene }) => ({ env: scene.before })),
  program('task, shell', works, ({ scene, python, script }) => ({
    command: ['bash', '-c', quoted([python, ...script])],
    env: terminalEnvironment(scene),
  })),
  program('task, process', works, ({ scene }) => ({ env: terminalEnvironment(scene) })),
];
