import { installPackages, runPinned } from '../support/setup/bootstrap.mjs';
import { ensure } from '../support/setup/parts.mjs';

/** `npm run journeys`: what a new user is asked, and how many keys it takes. `--json FILE` writes it, `--only WORDS` chooses. */
try {
  await installPackages();
  await ensure(['mlflow', 'openbao', 'moto', 'chromium', 'code-server']);
  await runPinned('test/journeys/journeys.ts');
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
