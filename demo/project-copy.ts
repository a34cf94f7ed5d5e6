import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const dump = (file: string): string =>
  `import json, os; open(${JSON.stringify(file)}, "w").write(json.dumps(dict(os.environ)))`;

/** Where the environments of the two Pythons are written, for the search for the password. */
export interface Probes {
  readonly terminal: string;
  readonly notebook: string;
}

/** Copies the sample project; the address of this run's vault goes into its settings. */
export async function copyProject(
  target: string,
  settings: Readonly<Record<string, unknown>>,
): Promise<void> {
  await cp(join(import.meta.dirname, 'project'), target, { recursive: true });
  await writeFile(join(target, '.vscode', 'settings.json'), `${JSON.stringify(settings, null, 2)}\n`);
}

/** Adds a cell and a script that write down what Python's environment holds. */
export async function addProbes(project: string, probes: Probes): Promise<void> {
  const file = join(project, 'analysis.ipynb');
  const notebook = JSON.parse(await readFile(file, 'utf8')) as { cells: unknown[] };
  const source = [`# Added by the demo: what is in this kernel's environment?\n`, dump(probes.notebook)];
  const probe = { cell_type: 'code', execution_count: null, id: 'probe', metadata: {}, outputs: [], source };
  // Before the cell that says that all is done.
  notebook.cells.splice(-1, 0, probe);
  await writeFile(file, JSON.stringify(notebook, null, 1));
  await writeFile(
    join(project, 'show_environment.py'),
    `${dump(probes.terminal)}\nprint("environment is written")\n`,
  );
}
