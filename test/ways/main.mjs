import { installPackages, runPinned } from '../support/setup/bootstrap.mjs';
import { ensure } from '../support/setup/parts.mjs';

/** `npm run ways`: starts Python in every way that can be had here. `--json FILE` writes what came of it. */
await installPackages();
await ensure(['mlflow', 'code-server', 'uv', 'workers', 'poetry', 'shells']);
await runPinned('test/ways/ways.ts');
