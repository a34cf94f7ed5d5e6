import { mkdir, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { dirname, join, resolve } from 'node:path';
import { runFolder } from '../test/support/servers/run-folder.ts';
import { startCorporateProxy } from '../test/support/servers/corporate-proxy.ts';
import { checkout, ensure, tools } from '../test/support/setup/parts.mjs';
import type { Part } from '../test/support/setup/parts.mjs';
import { step } from '../test/support/setup/progress.mjs';
import { openEditor } from '../test/support/workbench/editor.ts';
import { chooseHost } from '../test/support/workbench/host-kind.ts';
import { notebookKernel, packExtension, packProduct } from '../test/support/workbench/pack-extension.ts';
import { CleanUp } from './clean-up.ts';
import { startCompany, trackingHost, trackingUri } from './company.ts';
import { connect, runNotebook, runScript } from './hands.ts';
import { judge } from './judge.ts';
import { readOptions, stores } from './options.ts';
import type { DemoOptions } from './options.ts';
import { takePictures, tidySettings } from './pictures.ts';
import { addProbes, copyProject } from './project-copy.ts';
import { table } from './report.ts';
import { rotateInTheMiddle } from './rotation.ts';
import { openSource } from './sources/open-source.ts';

const cleanUp = new CleanUp();

async function demo(options: DemoOptions): Promise<void> {
  const began = Date.now();
  const host = await chooseHost();
  await ensure([
    'mlflow',
    ...needs(options),
    ...(host === 'server' ? (['chromium', 'code-server'] as const) : []),
    ...(options.pictures === undefined ? [] : (['emoji'] as const)),
  ]);
  const folder = await runFolder('demo');
  const screenshots = join(checkout, 'out', 'demo', options.provider);
  // Screenshots of an earlier run would be mistaken for those of this one.
  await rm(screenshots, { recursive: true, force: true });
  await mkdir(screenshots, { recursive: true });
  const vsix = await step('Package the extension', 15, async () => packages(folder));
  const company = await step('Start MLflow with authentication', 20, async () => startCompany(folder));
  cleanUp.add(async () => company.stop());
  const { mlflow, certificates } = company;
  const passwords = [mlflow.password];
  const source = await step(`Prepare ${stores[options.provider]}`, 3, async () =>
    openSource(options.provider, {
      folder,
      signIn: { user: mlflow.user, password: mlflow.password },
      certificates,
    }),
  );
  cleanUp.add(async () => source.stop());
  const proxy = await startCorporateProxy({
    hosts: { [`${trackingHost}:443`]: mlflow.port, ...source.hosts },
  });
  cleanUp.add(async () => proxy.stop());
  const project = join(folder, 'project');
  await copyProject(project, {
    'mlflowSecretsAuth.trackingUri': trackingUri,
    'mlflowSecretsAuth.auth.mode': 'basic',
    ...source.projectSettings,
  });
  const probes = { terminal: join(folder, 'terminal.env.json'), notebook: join(folder, 'notebook.env.json') };
  await addProbes(project, probes);
  const editor = await step('Open VS Code', 10, async () =>
    openEditor({
      folder: join(folder, 'editor'),
      project,
      vsixFiles: vsix,
      path: [dirname(tools.python('mlflow'))],
      env: source.env,
      settings: {
        'http.proxy': proxy.url,
        'mlflowSecretsAuth.tls.caFile': certificates.caFile,
        ...source.machineSettings,
        ...(options.pictures !== undefined && tidySettings),
      },
    }),
  );
  cleanUp.add(async () => editor.stop());
  const { workbench } = editor;
  const screenshot = async (name: string): Promise<void> =>
    workbench.screenshot(join(screenshots, `${name}.png`));
  const rotate = async (runName: string): Promise<void> => {
    if (source.rotate) passwords.push(await rotateInTheMiddle(mlflow, runName, source.rotate));
  };
  try {
    const { pictures } = options;
    if (pictures !== undefined) {
      await workbench.trustFolder();
      await step('Take the pictures', 60, async () => takePictures(workbench, source, resolve(pictures)));
      return;
    }
    await step('Connect', 15, async () => {
      await workbench.trustFolder();
      await workbench.runCommand('View: Close Editor');
      await connect(workbench, source, screenshot);
    });
    if (options.places.includes('terminal')) {
      await step('Run train.py in the terminal', 45, async () =>
        runScript(workbench, screenshot, async () => rotate('train.py')),
      );
    }
    if (options.places.includes('notebook')) {
      await step('Run analysis.ipynb on a kernel', 45, async () =>
        runNotebook(workbench, screenshot, async () => rotate('analysis.ipynb')),
      );
    }
  } catch (error) {
    await screenshot('failed').catch(() => undefined);
    throw error;
  }
  const report = await step('Check what the server received', 5, async () =>
    judge({
      began,
      provider: options.provider,
      places: options.places,
      host: editor.kind,
      mlflow,
      passwords,
      source,
      folder,
      probes,
      screenshots,
    }),
  );
  console.log(`\n${table(report)}\n`);
  if (options.json !== undefined)
    await writeFile(resolve(options.json), `${JSON.stringify(report, null, 2)}\n`);
  if (!report.ok) process.exitCode = 1;
  if (options.once) return;
  console.log(
    [
      'Everything keeps running so that you can try it. Press Ctrl-C to stop.',
      `  VS Code: ${editor.address}`,
      `  MLflow: ${mlflow.origin}, user ${mlflow.user}, password ${mlflow.password}`,
      ...source.notes.map((note) => `  ${note}`),
    ].join('\n'),
  );
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
}

function needs({ provider }: DemoOptions): readonly Part[] {
  switch (provider) {
    case 'vault':
      return ['openbao'];
    case 'aws':
      return ['moto'];
    case 'azure':
    case 'stored':
      return [];
  }
}

async function packages(folder: string): Promise<readonly string[]> {
  return [await packProduct(), await packExtension(notebookKernel, join(folder, 'notebook-kernel.vsix'))];
}

async function stopOnSignal(signal: NodeJS.Signals): Promise<void> {
  await once(process, signal);
  await cleanUp.run();
  process.exit(130);
}

void stopOnSignal('SIGINT');
void stopOnSignal('SIGTERM');
try {
  await demo(readOptions(process.argv.slice(2), process.stdout.isTTY));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await cleanUp.run();
}
process.exit();
