/** A program of ours, then words that every shell takes as they are; a value begins with no dash. */
const plainCommand = /^[a-z]+(?: (?:--?[a-z][a-z-]*|\w[\w.@+:/-]*))*$/;
const maxCommandLength = 300;

/**
 * Whether a command line that holds a value of settings or files is the same words in any shell: no quotes, expansions,
 * separators or line breaks.
 */
export function isPlainCommand(command: string): boolean {
  return command.length <= maxCommandLength && plainCommand.test(command);
}

/**
 * Where such a command runs, if not in the folder of the window: Windows' own shell takes a program of the folder that it
 * is in before those of PATH, and the folder may be somebody else's.
 */
export function folderForCommands(platform: NodeJS.Platform, home: string): string | undefined {
  return platform === 'win32' ? home : undefined;
}
