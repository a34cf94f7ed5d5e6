import { runPinned } from '../support/setup/bootstrap.mjs';

/** `npm run soak`; `--help` says what may follow. */
const isOfWindows = process.argv.some((argument) => argument.startsWith('--cycles'));
await runPinned(isOfWindows ? 'test/soak/cycles.ts' : 'test/soak/soak.ts');
