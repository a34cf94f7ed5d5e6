import { runPinned } from './support/setup/bootstrap.mjs';

/** `npm test`; what may follow is in support/suites/choose-tests.ts. Needs nothing before it. */
try {
  await runPinned('test/support/suites/main.ts');
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
