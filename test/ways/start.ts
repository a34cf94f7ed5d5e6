import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { TerminalMutator } from '../../src/python/terminal-environment.ts';
import { tools } from '../support/setup/parts.mjs';
import type { Scene } from './scene.ts';
import type { Start } from './way.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const startTimeoutMs = 240_000;

/** Runs a program to its end, with `input` on its standard input. */
export async function run(
  command: readonly string[],
  { env, cwd, input = '' }: { env: Environment; cwd: string; input?: string },
): Promise<string> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { env, cwd, timeout: startTimeoutMs });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [, said, complaints] = await Promise.all([
    once(child, 'close'),
    text(child.stdout),
    text(child.stderr),
  ]);
  return said + complaints;
}

/** As a child of the extension host. */
export async function inHost(
  { scene, python, script, folder }: Start,
  env: Environment = scene.host,
): Promise<void> {
  await run([python, ...script], { env, cwd: folder });
}

/** As VS Code makes the environment of a terminal's process from its collection (terminalEnvironmentVariableCollection). */
export function terminalEnvironment({
  host,
  mutators,
  before,
  isConnected,
}: Scene): Record<string, string | undefined> {
  // The process of terminals started before the connection, without our variables in its own environment.
  const environment: Record<string, string | undefined> = { ...(isConnected ? before : host) };
  for (const { type, name, value } of mutators)
    environment[name] = type === 'replace' ? value : value + (environment[name] ?? '');
  return environment;
}

/** What its script for shells applies after the start-up files. */
function afterStartUp(mutators: readonly TerminalMutator[]): Record<string, string> {
  const encode = (part: string): string => part.replaceAll(':', '\\x3a');
  const listed = (wanted: TerminalMutator['type']): string =>
    mutators
      .filter(({ type, afterStartUp: isAgain }) => type === wanted && isAgain)
      .map(({ name, value }) => `${encode(name)}=${encode(value)}:`)
      .join('');
  return { VSCODE_ENV_REPLACE: listed('replace'), VSCODE_ENV_PREPEND: listed('prepend') };
}

const scripts = join(
  tools.codeServer(),
  'lib/vscode/out/vs/workbench/contrib/terminal/common/scripts/shellIntegration-bash.sh',
);

interface BashOptions {
  /** What its start-up file has in it. */
  readonly startUp?: string;
  readonly isLogin?: boolean;
  /** VS Code's own script takes part. */
  readonly isIntegrated?: boolean;
}

/** A terminal with bash, as VS Code starts it. */
export async function inBash(
  { scene, python, script, folder }: Start,
  { startUp = '', isLogin = false, isIntegrated = true }: BashOptions = {},
): Promise<void> {
  const home = join(folder, 'home');
  await mkdir(home, { recursive: true });
  await writeFile(
    join(home, isLogin ? '.bash_profile' : '.bashrc'),
    `export HOME=${scene.home}\n${startUp}\n`,
  );
  const command = isIntegrated
    ? ['bash', '--init-file', scripts, '-i']
    : ['bash', ...(isLogin ? ['-l'] : []), '-i'];
  const env = {
    ...terminalEnvironment(scene),
    ...(isIntegrated && {
      VSCODE_INJECTION: '1',
      ...(isLogin && { VSCODE_SHELL_LOGIN: '1' }),
      ...afterStartUp(scene.mutators),
    }),
    HOME: home,
    TERM_PROGRAM: 'vscode',
  };
  const input = `${[python, ...script].map((part) => `'${part}'`).join(' ')}\nexit\n`;
  await run(command, { env, cwd: folder, input });
}

/** Steps of `kernel.py`, in a kernel that starts with `env`. */
export async function inKernel(
  { scene, python, folder }: Start,
  env: Environment,
  steps: readonly ({ readonly code: string } | { readonly restart: Environment })[],
): Promise<void> {
  const file = join(folder, 'steps.json');
  await writeFile(file, JSON.stringify(steps));
  const complaints = await run([python, join(import.meta.dirname, 'kernel.py'), file], { env, cwd: folder });
  if (complaints.includes('Traceback')) throw new Error(`the kernel of ${scene.folder}: ${complaints}`);
}

/** What a cell runs in place of the script. */
export function asCell(script: readonly string[]): string {
  const [file = '', ...parameters] = script;
  return `import sys\nsys.path.insert(0, ${JSON.stringify(join(file, '..'))})\nimport way\nway.work(${JSON.stringify(parameters[0])})`;
}
