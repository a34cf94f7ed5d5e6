import manifest from '../../../package.json' with { type: 'json' };
import texts from '../../../package.nls.json' with { type: 'json' };

/** How the command palette lists a command of the extension: `commandTitle('connect')`. */
export function commandTitle(name: string): string {
  const id = `mlflowSecretsAuth.${name}`;
  const found = manifest.contributes.commands.find(({ command }) => command === id);
  if (found === undefined) throw new Error(`There is no command ${id}.`);
  return `${translated(found.category)}: ${translated(found.title)}`;
}

/** `%key%` of the manifest stands for a text of package.nls.json. */
function translated(text: string): string {
  const entries: Readonly<Record<string, string>> = texts;
  return text.replace(/^%(.+)%$/, (_, key: string) => entries[key] ?? key);
}
