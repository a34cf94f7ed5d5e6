import { withoutOwnValues } from './environment.ts';
import type { EnvironmentChange } from './environment.ts';
import { isLeftToStartUpFiles } from './terminal-environment.ts';

/** Where lines for another environment are pasted. `posix`: bash, zsh and every other sh. */
export const shells = ['posix', 'fish', 'powershell', 'tmux'] as const;
export type Shell = (typeof shells)[number];

/**
 * The same changes as lines that a person pastes into a shell that was not started by the editor. `tmux`: into a shell of
 * the session, for its new windows and panes. Whatever is in a value, it stays a value. A clipboard is no place for the
 * user's own passwords, which the package would use for other servers. Their token stays where it is, as in a terminal.
 */
export function shellLines(changes: readonly EnvironmentChange[], shell: Shell): string {
  return withoutOwnValues(changes)
    .filter(({ name }) => !isLeftToStartUpFiles(name))
    .map((change) => `${line[shell](change)}\n`)
    .join('');
}

const line: Readonly<Record<Shell, (change: EnvironmentChange) => string>> = {
  posix: (change) => `export ${change.name}=${posixValue(change)}`,
  tmux: (change) => `tmux set-environment ${change.name} ${posixValue(change)}`,
  fish: (change) => {
    const value = quotedForFish(change.value);
    if (change.action === 'replace') return `set -gx ${change.name} ${value}`;
    // What ends with PATH is a list in fish already, and is joined by colons for other programs.
    return change.separator === ','
      ? `set -gx ${change.name} (string join , ${value} $${change.name})`
      : `set -gx ${change.name} ${value} $${change.name}`;
  },
  powershell: (change) => {
    const variable = `$env:${change.name}`;
    const value = quotedForPowerShell(change.value);
    if (change.action === 'replace') return `${variable} = ${value}`;
    return `${variable} = ${value} + $(if (${variable}) { '${change.separator}' + ${variable} })`;
  },
};

function posixValue(change: EnvironmentChange): string {
  const value = `'${change.value.replaceAll("'", String.raw`'\''`)}'`;
  if (change.action === 'replace') return value;
  return `${value}"\${${change.name}:+${change.separator}$${change.name}}"`;
}

/** https://fishshell.com/docs/current/language.html#quotes */
function quotedForFish(value: string): string {
  return `'${value.replaceAll(/[\\']/g, String.raw`\$&`)}'`;
}

/** Typographic quotes end a string, too: https://learn.microsoft.com/powershell/scripting/lang-spec/chapter-02 (2.3.5.2). */
function quotedForPowerShell(value: string): string {
  return `'${value.replaceAll(/['‘’‚‛]/g, '$&$&')}'`;
}
