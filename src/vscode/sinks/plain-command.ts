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
