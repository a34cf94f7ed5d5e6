import { runPinned } from '../support/setup/bootstrap.mjs';

await runPinned('test/soak/soak.ts');
