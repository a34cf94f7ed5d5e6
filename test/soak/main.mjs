import { runPinned } from '../support/setup/bootstrap.mjs';

/** `npm run soak`; `--help` says what may follow. */
await runPinned('test/soak/soak.ts');
