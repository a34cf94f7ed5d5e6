import { join } from 'node:path';
import Mocha from 'mocha';

/** A whole demo takes minutes: packaging, servers, an editor, two runs. */
const mocha = new Mocha({
  reporter: join(import.meta.dirname, '..', 'support', 'suites', 'reporter.mjs'),
  timeout: 10 * 60_000,
  forbidOnly: true,
});
mocha.addFile(join(import.meta.dirname, 'demo.test.ts'));
await mocha.loadFilesAsync();
mocha.run((failures) => process.exit(failures > 0 ? 1 : 0));
