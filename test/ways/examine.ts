import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tools } from '../support/setup/parts.mjs';
import type { Scene } from './scene.ts';
import type { Phase, Result, Way } from './way.ts';

/** Of `way.py`. */
interface Answer {
  readonly environment: Readonly<Record<string, string>>;
  readonly warned: readonly string[];
  readonly env?: Attempt;
  readonly hard?: Attempt;
}
interface Attempt {
  readonly run?: string;
  readonly error?: string;
}

/** What shells, the editor's scripts and MLflow's own launcher set each time anew. */
const passing =
  /^(_|_MLFLOW_TELEMETRY_SESSION_ID|SHLVL|PWD|OLDPWD|HOME|JPY_.*|VSCODE_.*|TERM.*|MLFLOW_(RUN_ID|EXPERIMENT_ID)|PYDEVD_.*|FORCE_COLOR|CLICOLOR.*|PAGER|GIT_PAGER|MPLBACKEND|LOKY_.*|VIRTUAL_ENV.*|PATH|PS1|UV.*|(USER_)?ZDOTDIR|RAY_.*|(__)?DASK_.*|PYENV_.*|TMUX.*|STY|WINDOW|SCREENDIR)$/;

/** Starts Python before, during and after a connection, and compares. */
export async function examine(way: Way, scene: Scene): Promise<Result> {
  const before = await once(way, scene, 'before');
  scene.connect();
  const connected = await once(way, scene, 'connected');
  scene.disconnect();
  const after = await once(way, scene, 'after');
  const { env, hard, warned = [] } = connected.answer ?? {};
  const ofOurs = warned.filter((warning) => warning.startsWith('MLflow Secrets Auth: '));
  const said = [...ofOurs, env?.error, hard?.error].find((error) => error !== undefined && error !== 'local');
  return {
    name: way.name,
    envUri: await isComplete(scene, env),
    hardCoded: await isComplete(scene, hard),
    otherServer: same(connected.asked, before.asked) ? 'equal' : 'different',
    afterDisconnect: same([kept(after), after.asked], [kept(before), before.asked])
      ? 'as before'
      : 'different',
    ...(said !== undefined && { said }),
  };
}

interface Seen {
  readonly answer: Answer | undefined;
  readonly asked: readonly string[];
}

async function once(way: Way, scene: Scene, phase: Phase): Promise<Seen> {
  const folder = await scene.startFolder();
  const [file, answer] = [join(folder, 'way.json'), join(folder, 'answer.json')];
  const given = {
    isConnected: scene.isConnected,
    hard: scene.server.origin,
    other: scene.second.origin,
    answer,
  };
  await writeFile(file, JSON.stringify(given));
  scene.second.take();
  const script = [join(import.meta.dirname, 'way.py'), file];
  await way.start({ scene, phase, python: tools.python('mlflow'), script, folder });
  const written = await readFile(answer, 'utf8').catch(() => undefined);
  return {
    answer: written === undefined ? undefined : (JSON.parse(written) as Answer),
    asked: scene.second.take(),
  };
}

async function isComplete(scene: Scene, attempt: Attempt | undefined): Promise<boolean> {
  return attempt?.run !== undefined && scene.hasRun(attempt.run);
}

function kept({ answer }: Seen): unknown {
  return Object.entries(answer?.environment ?? { none: '' })
    .filter(([name]) => !passing.test(name))
    .toSorted();
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
