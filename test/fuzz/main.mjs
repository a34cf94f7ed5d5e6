import { runPinned } from '../support/setup/bootstrap.mjs';

await runPinned('test/fuzz/fuzz.ts');
