/** Opens the source that is named, and prints which packages that loaded. */
import { registerHooks } from 'node:module';

const packages = new Set();
registerHooks({
  resolve(specifier, context, next) {
    const resolved = next(specifier, context);
    const [, name] = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(resolved.url) ?? [];
    if (name !== undefined) packages.add(name);
    return resolved;
  },
});

const { openResolver } = await import('../../../src/secrets/open-resolver.ts');
const { Secret } = await import('../../../src/secret.ts');
const { systemClock } = await import('../../../src/secrets/clock.ts');

const [provider] = process.argv.slice(2);
const nothing = async () => undefined;
const configuration = {
  tracking: { origin: 'https://mlflow.company.com', basePath: '' },
  source: { provider, address: 'https://vault.company.com', path: 'secret/mlflow', authMethod: 'token' },
  headerName: 'Authorization',
  authMode: 'bearer',
  allowedHosts: [],
  cache: { ttlSeconds: 300, maxStaleSeconds: 3600, keep: 'memory' },
  proxyPort: 0,
  intercept: true,
};
const context = {
  bootstrap: { get: async () => new Secret('canary-stored'), set: nothing, delete: nothing },
  environment: {},
  homeFolder: '/nonexistent',
  clock: systemClock,
  random: Math.random,
  extraCertificates: [],
  log: () => undefined,
  openExternal: async () => false,
  microsoftToken: nothing,
};
const memory = { load: nothing, save: nothing, delete: nothing };
const opened = await openResolver(configuration, context, memory);
if (provider === 'stored') await opened.get();
await opened.close({ revoke: false });
console.log(JSON.stringify([...packages]));
