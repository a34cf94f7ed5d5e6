import { installPackages, runPinned } from '../support/setup/bootstrap.mjs';
import { ensure } from '../support/setup/parts.mjs';

/** `npm run causes`: plants every cause of trouble. `--json FILE` writes who named it, `--only WORDS` chooses. */
await installPackages();
await ensure(['mlflow', 'openbao', 'openbao-ldap', 'slapd', 'moto', 'load']);
await runPinned('test/causes/causes.ts');
