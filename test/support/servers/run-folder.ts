import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A new folder below the run's own one (`RUN_FOLDER`), which is searched for secrets when the run is over; a test
 * that runs alone gets one of the system's temporary folders.
 */
export async function runFolder(name: string): Promise<string> {
  const base = process.env['RUN_FOLDER'] ?? tmpdir();
  await mkdir(base, { recursive: true });
  return mkdtemp(join(base, `${name}-`));
}
