import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { TerminalMutator } from '../../src/python/terminal-environment.ts';
import { kernelScript } from '../support/python/kernel.ts';
import type { KernelStep } from '../support/python/kernel.ts';
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

/** Arguments as a line for a shell. */
export function quoted(parts: readonly string[]): string {
  return parts.map((part) => `'${part}'`).join(' ');
}

/** As VS Code makes the environment of a terminal's process from its collection (terminalEnvironmentVariableCollection). */
export function withMutators(base: Environment, mutators: readonly TerminalMutator[]): Environment {
  const environment: Record<string, string | undefined> = { ...base };
  for (const { type, name, value } of mutators)
    environment[name] = type === 'replace' ? value : value + (environment[name] ?? '');
  return environment;
}

/** Of a terminal or shell task without settings of its own. */
export function terminalEnvironment(scene: Scene): Environment {
  return withMutators(scene.before, scene.mutatorsFor(scene.before));
}

/** Steps of `kernel.py`, in a kernel that starts with `env`. */
export async function inKernel(
  { scene, python, folder }: Start,
  env: Environment,
  steps: readonly KernelStep[],
): Promise<void> {
  const file = join(folder, 'steps.json');
  await writeFile(file, JSON.stringify(steps));
  const complaints = await run([python, kernelScript, file], { env, cwd: folder });
  if (complaints.includes('Traceback')) throw new Error(`the kernel of ${scene.folder}: ${complaints}`);
}

/** What a cell runs in place of the script. */
export function asCell(script: readonly string[]): string {
  const [file = '', ...parameters] = script;
  return `import sys\nsys.path.insert(0, ${JSON.stringify(join(file, '..'))})\nimport way\nway.work(${JSON.stringify(parameters[0])})`;
}
