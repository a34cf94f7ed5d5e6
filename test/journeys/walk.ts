import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { statusText } from '../../src/vscode/labels.ts';
import { openBrowser } from '../support/workbench/browser.ts';
import { installExtensions, startEditorServer } from '../support/workbench/editor-server.ts';
import type { Company } from './company.ts';
import type { Journey, Machine } from './journey.ts';
import { Person } from './person.ts';
import type { Cost } from './person.ts';

export interface Walked extends Cost, Pick<Journey, 'name' | 'before'> {
  readonly seconds: number;
  /** In which it is dearer than it may be. */
  readonly faults: readonly string[];
}

/** Walks all journeys of a machine, one after the other, in a real editor, and tells of each. */
export async function walkAll(
  company: Company,
  { name, env, settings, journeys }: Machine,
  vsix: string,
  walkedOne: (walked: Walked) => void,
): Promise<void> {
  const folder = await company.newFolder(`machine-${name}`);
  await installExtensions(folder, [vsix]);
  const editor = await startEditorServer({
    folder,
    settings: { 'security.workspace.trust.enabled': false, ...settings },
    // A desk has no metadata of a cloud's machine.
    env: { AWS_EC2_METADATA_DISABLED: 'true', ...env },
  });
  company.ended(async () => editor.stop());
  const browser = await openBrowser(folder, `${editor.origin}/healthz`);
  company.ended(async () => browser.close());
  const person = new Person(browser.page);
  for (const [index, journey] of journeys.entries()) {
    const { home = {}, project } = journey;
    try {
      await writeAll(join(folder, 'home'), home);
      if (project !== undefined) {
        const opened = join(folder, `project-${index}`);
        await writeAll(opened, project);
        await browser.page.goto(`${editor.origin}/?folder=${encodeURIComponent(opened)}`);
        await person.waitForWindow();
      }
      walkedOne(await walk(person, journey));
    } catch (error) {
      const picture = join(folder, `failed-${index}.png`);
      await person.screenshot(picture);
      throw new Error(`${journey.name}: see ${picture}`, { cause: error });
    }
  }
}

async function walk(person: Person, journey: Journey): Promise<Walked> {
  await journey.begin?.(person);
  person.begin();
  await journey.walk(person);
  await person.waitForStatus(statusText('connected'), journey.server);
  const cost = person.cost();
  await journey.look?.(person);
  const { name, before, questions } = journey;
  const faults = [
    ...(cost.questions > questions ? [`${cost.questions} questions, not ${questions}`] : []),
    ...(cost.approvals > 1 ? [`${cost.approvals} approvals`] : []),
  ];
  return { name, ...cost, ...(before && { before }), faults };
}

async function writeAll(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text, { mode: 0o600 });
  }
}
