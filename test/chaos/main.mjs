import { installPackages, runPinned } from '../support/setup/bootstrap.mjs';
import { ensure } from '../support/setup/parts.mjs';

/** `npm run chaos`; what may follow is in options.ts. */
try {
  await installPackages();
  await ensure(['mlflow', 'openbao', 'chromium', 'code-server']);
  await runPinned('test/chaos/chaos.ts');
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
