/** `npm run bench`: the proxy as shipped beside nginx and beside no proxy, in one run. See docs/performance.md. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildWorker } from '../support/proxy-process/build-worker.ts';
import { runCases } from './cases.ts';
import { readOptions } from './options.ts';
import { stopAll } from '../support/proxy-process/processes.ts';
import { summary, writeJson } from './report.ts';

const options = readOptions(process.argv.slice(2));
const folder = await mkdtemp(join(tmpdir(), 'mlflow-bench-'));
// Started by root, nginx's worker is another user.
await chmod(folder, 0o711);

async function finish(): Promise<void> {
  await stopAll();
  await rm(folder, { recursive: true, force: true });
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void finish().finally(() => process.exit(1)));
}

try {
  const bundle = await buildWorker(join(folder, 'dist'));
  const result = await runCases(options, { folder, bundle });
  console.log(`\n${summary(result)}`);
  if (options.json !== undefined) await writeJson(options.json, result);
} finally {
  await finish();
}
