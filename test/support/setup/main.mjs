import { installPackages } from './bootstrap.mjs';
import { ensure } from './parts.mjs';

/** `node test/support/setup/main.mjs mlflow code-server …`: installs the named parts. */
try {
  await installPackages();
  await ensure(process.argv.slice(2));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
