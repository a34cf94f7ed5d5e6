import { azureCredential } from '../../../src/providers/azure/credential.ts';
import type { AzureConfiguration } from '../../../src/providers/azure/configuration.ts';
import { azureTarget } from '../../../src/providers/azure/target.ts';
import { unattended } from '../../../src/providers/source.ts';
import { systemClock } from '../../../src/secrets/clock.ts';

/** Signs in as the extension does in this environment: a program of its own, as the SDK keeps what it found in its process. */
const { configuration, ca } = JSON.parse(process.argv[2] ?? '') as {
  readonly configuration: AzureConfiguration;
  readonly ca: string;
};
const unused = async (): Promise<never> => Promise.reject(new Error('not used by Azure'));
const target = azureTarget(configuration);
const context = {
  bootstrap: { get: unused, set: unused, delete: unused },
  environment: process.env,
  homeFolder: process.env['HOME'] ?? '',
  clock: systemClock,
  random: () => 0.5,
  extraCertificates: [ca],
  log: () => undefined,
  openExternal: unused,
  microsoftToken: unused,
};
const current = {
  trust: { ca: [ca], rejectUnauthorized: true as const },
  options: () => unattended,
  onNetworkError: () => undefined,
  onResponse: () => undefined,
};
await azureCredential(configuration, context, target, current).getToken(target.scope);
