import { runPinned } from '../support/setup/bootstrap.mjs';

await runPinned('test/bench/soak/soak.ts');
