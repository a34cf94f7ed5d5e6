import { runPinned } from './support/setup/bootstrap.mjs';

/** `npm test`, or `node test/main.mjs unit contract` for some suites. Needs nothing before it. */
try {
  await runPinned('test/support/suites/main.ts');
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
