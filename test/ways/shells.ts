import { cp, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { TerminalMutator } from '../../src/python/terminal-environment.ts';
import { tools } from '../support/setup/parts.mjs';
import { quoted, run, withMutators } from './start.ts';
import type { Start } from './way.ts';

/** Those that VS Code has a script for; PowerShell is in no registry. */
export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

export interface ShellOptions {
  /** What its start-up file has in it. */
  readonly startUp?: string;
  readonly isLogin?: boolean;
  /** VS Code's own script takes part. */
  readonly isIntegrated?: boolean;
  /** `terminal.integrated.env`. */
  readonly setting?: Readonly<Record<string, string>>;
  /** Without `terminal.integrated.inheritEnv`, a terminal has nothing of what the person's shell has given to the editor. */
  readonly inheritsEnv?: boolean;
}

interface Launch {
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

interface ShellKind {
  /** Below the home folder. */
  startUpFile(isLogin: boolean): string;
  plain(isLogin: boolean): readonly string[];
  /** As VS Code injects its script (`getShellIntegrationInjection` in terminalEnvironment.ts of its source). */
  integrated(isLogin: boolean, where: { readonly home: string; readonly folder: string }): Promise<Launch>;
}

const scripts = join(tools.codeServer(), 'lib/vscode/out/vs/workbench/contrib/terminal/common/scripts');
const zshFiles = { rc: '.zshrc', profile: '.zprofile', env: '.zshenv', login: '.zlogin' };

const kinds: Readonly<Record<Shell, ShellKind>> = {
  bash: {
    startUpFile: (isLogin) => (isLogin ? '.bash_profile' : '.bashrc'),
    plain: (isLogin) => ['bash', ...(isLogin ? ['-l'] : []), '-i'],
    integrated: async (isLogin) =>
      Promise.resolve({
        command: ['bash', '--init-file', join(scripts, 'shellIntegration-bash.sh'), '-i'],
        env: { VSCODE_INJECTION: '1', ...(isLogin && { VSCODE_SHELL_LOGIN: '1' }) },
      }),
  },
  zsh: {
    startUpFile: (isLogin) => (isLogin ? '.zprofile' : '.zshrc'),
    plain: (isLogin) => ['zsh', isLogin ? '-il' : '-i'],
    integrated: async (isLogin, { home, folder }) => {
      const zdotdir = join(folder, 'zdotdir');
      await mkdir(zdotdir);
      for (const [script, file] of Object.entries(zshFiles))
        await cp(join(scripts, `shellIntegration-${script}.zsh`), join(zdotdir, file));
      const env = { VSCODE_INJECTION: '1', ZDOTDIR: zdotdir, USER_ZDOTDIR: home };
      return { command: ['zsh', isLogin ? '-il' : '-i'], env };
    },
  },
  fish: {
    startUpFile: () => '.config/fish/config.fish',
    plain: (isLogin) => ['fish', ...(isLogin ? ['-l'] : []), '-i'],
    integrated: async (isLogin) => {
      const source = `source "${join(scripts, 'shellIntegration.fish')}"`;
      return Promise.resolve({ command: ['fish', ...(isLogin ? ['-l'] : []), '--init-command', source] });
    },
  },
};

/** What VS Code's script applies after the start-up files. */
function afterStartUp(mutators: readonly TerminalMutator[]): Record<string, string> {
  const encode = (part: string): string => part.replaceAll(':', '\\x3a');
  const listed = (wanted: TerminalMutator['type']): string =>
    mutators
      .filter(({ type, afterStartUp: isAgain }) => type === wanted && isAgain)
      .map(({ name, value }) => `${encode(name)}=${encode(value)}:`)
      .join('');
  return { VSCODE_ENV_REPLACE: listed('replace'), VSCODE_ENV_PREPEND: listed('prepend') };
}

/** A terminal with this shell, as VS Code starts it, in which the script is run by hand. */
export async function inShell(
  shell: Shell,
  { scene, python, script, folder }: Start,
  { startUp = '', isLogin = false, isIntegrated = true, setting = {}, inheritsEnv = true }: ShellOptions = {},
): Promise<void> {
  const kind = kinds[shell];
  const home = join(folder, 'home');
  const file = join(home, kind.startUpFile(isLogin));
  await mkdir(dirname(file), { recursive: true });
  // Where there is none, fish reads all manual pages of the machine, beside what is tried.
  await mkdir(join(home, '.local/share/fish/generated_completions'), { recursive: true });
  // What is started finds the home folder of the person.
  await writeFile(file, `export HOME=${scene.home}\n${startUp}\n`);
  const launch = isIntegrated
    ? await kind.integrated(isLogin, { home, folder })
    : { command: kind.plain(isLogin), env: {} };
  // The extension sees the environment of the editor, and the setting.
  const mutators = scene.mutatorsFor({ ...scene.before, ...setting });
  const { PATH, LANG, PYTHONDONTWRITEBYTECODE } = scene.before;
  const base = inheritsEnv ? scene.before : { PATH, LANG, PYTHONDONTWRITEBYTECODE };
  const env = {
    ...withMutators({ ...base, ...setting }, mutators),
    ...(isIntegrated && afterStartUp(mutators)),
    ...launch.env,
    HOME: home,
    TERM_PROGRAM: 'vscode',
    TERM: 'dumb',
  };
  const input = `${quoted([python, ...script])}\nexit\n`;
  // Shells wait for a person at a terminal only.
  await run(['script', '-qec', quoted(launch.command), '/dev/null'], { env, cwd: folder, input });
}
