import { runPinned } from '../test/support/setup/bootstrap.mjs';

/** `npm run demo`: plain Node without packages, since there are none in a fresh clone. */
try {
  await runPinned('demo/demo.ts');
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
