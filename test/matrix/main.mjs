import { installPackages, runPinned } from '../support/setup/bootstrap.mjs';
import { ensure } from '../support/setup/parts.mjs';

/** `npm run matrix`: the clients' tests over versions of MLflow and Python; writes docs/matrix.md. */
await installPackages();
await ensure(['mlflow', 'mlflow-old', 'uv']);
await runPinned('test/matrix/matrix.ts');
