import { runPinned } from '../support/setup/bootstrap.mjs';

/** `npm run fuzz`; `--help` says what may follow. */
await runPinned('test/fuzz/fuzz.ts');
