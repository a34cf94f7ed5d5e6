import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { shellLines } from '../../../src/python/shell-lines.ts';
import type { Shell } from '../../../src/python/shell-lines.ts';
import { program, whereThereIs } from '../program.ts';
import { quoted, terminalEnvironment } from '../start.ts';
import { notReached, works } from '../way.ts';
import type { Expected, Start, Way } from '../way.ts';

/** What "MLflow: Copy Environment" puts into the clipboard. */
function copiedLines({ scene }: Start, shell: Shell): string {
  return scene.isConnected ? shellLines(scene.changesFor(scene.before), shell) : '';
}

/** A shell that VS Code did not start, into which the lines are pasted. */
function withCopiedLines(shell: string, kind: Shell): Way {
  const way = program(`${shell}, with the lines of "MLflow: Copy Environment"`, works, (start) => ({
    command: [shell, '-c', `${copiedLines(start, kind)}${quoted([start.python, ...start.script])}`],
    env: start.scene.before,
  }));
  return whereThereIs(shell, way);
}

/** A server of tmux that has run since before the connection; `inside` is said in a window of it, to start a new one. */
function inTmux(name: string, expected: Expected, inside: (start: Start, tmux: string) => string): Way {
  const way = program(name, expected, async (start) => {
    const { scene, folder } = start;
    const tmux = `tmux -S '${join(tmpdir(), `ways-${process.pid}`)}' -f /dev/null`;
    const file = join(folder, 'inside.sh');
    await writeFile(file, inside(start, tmux));
    const before = quoted(['env', '-i', ...assignments(scene.before), 'TERM=dumb']);
    const steps = [
      `${before} ${tmux} new-session -d -s old 'sleep 300'`,
      `${tmux} new-window -d "sh '${file}'"`,
      `${tmux} wait-for done`,
      `${tmux} kill-server`,
    ];
    return {
      command: ['sh', '-c', steps.join('\n')],
      // Where the person is: in a terminal of VS Code.
      env: { ...terminalEnvironment(scene), TERM: 'dumb' },
    };
  });
  return whereThereIs('tmux', way);
}

function assignments(environment: Readonly<Record<string, string | undefined>>): readonly string[] {
  return Object.entries(environment).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${value}`],
  );
}

function thenDone({ python, script }: Start, tmux: string): string {
  return `${quoted([python, ...script])}; ${tmux} wait-for -S done`;
}

/** Shells and their keepers that know nothing of the window. */
export const multiplexers: readonly Way[] = [
  withCopiedLines('sh', 'posix'),
  withCopiedLines('zsh', 'posix'),
  withCopiedLines('fish', 'fish'),
  inTmux('tmux from before connecting, a new window', notReached, thenDone),
  inTmux(
    'tmux from before connecting, with the lines of "MLflow: Copy Environment"',
    works,
    (start, tmux) =>
      `${copiedLines(start, 'tmux')}tmux new-window -d ${quoted([thenDone(start, tmux).replaceAll("'", '"')])}\n`,
  ),
  whereThereIs(
    'screen',
    program('screen from before connecting, a new window', notReached, async (start) => {
      const { scene, folder } = start;
      const [sockets, done] = [join(folder, 'screen'), join(folder, 'done')];
      await mkdir(sockets, { mode: 0o700 });
      const screen = `env SCREENDIR='${sockets}' TERM=vt100 screen`;
      const steps = [
        `mkfifo '${done}'`,
        `env -i ${quoted(assignments(scene.before))} ${screen} -dmS old sleep 300`,
        // On a busy machine, the session is there a while after the command that starts it.
        `until ${screen} -S old -X screen sh -c "${quoted([start.python, ...start.script])}; echo > '${done}'"; do sleep 0.2; done`,
        `timeout 200 cat '${done}'`,
        `${screen} -S old -X quit`,
      ];
      return { command: ['sh', '-c', steps.join('\n')], env: terminalEnvironment(scene) };
    }),
  ),
];
