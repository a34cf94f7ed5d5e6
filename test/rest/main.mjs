import { installPackages, runPinned } from '../support/setup/bootstrap.mjs';
import { ensure } from '../support/setup/parts.mjs';

/** `npm run rest-tests -- --source DIR`: MLflow's own REST tests, direct and through the local proxy. */
await installPackages();
await ensure(['uv']);
await runPinned('test/rest/rest-tests.ts');
