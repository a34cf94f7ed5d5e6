import { readConfiguration } from '../configuration/read-configuration.ts';
import type { ConfigurationResult } from '../configuration/read-configuration.ts';
import type { SettingChanges } from '../settings/written-values.ts';
import type { Credentials } from './credentials.ts';
import { startEnvironment } from './start-environment.ts';
import { isEnvironmentOwn, readForeignHttpProxy, readFoundValues } from './settings.ts';

/** The configuration of this window; with `changes`, as it will be once these settings are written. */
export async function readWindowConfiguration(
  credentials: Pick<Credentials, 'has'>,
  changes: SettingChanges = {},
): Promise<ConfigurationResult> {
  return readConfiguration({
    settings: readFoundValues(changes),
    // Node.js itself has read this one by now, and never reads it again.
    environment: { ...process.env, NODE_EXTRA_CA_CERTS: startEnvironment['NODE_EXTRA_CA_CERTS'] },
    isEnvironmentForeign: !isEnvironmentOwn(),
    foreignHttpProxy: readForeignHttpProxy(),
    hasBootstrap: async (scope, name) => credentials.has(scope, name),
  });
}
