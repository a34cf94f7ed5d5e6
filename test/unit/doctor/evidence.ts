import type { ConnectionConfiguration } from '../../../src/configuration/configuration.ts';
import { destinationOf } from '../../../src/configuration/destination.ts';
import { readConfiguration } from '../../../src/configuration/read-configuration.ts';
import type {
  ConfigurationInput,
  ConfigurationResult,
} from '../../../src/configuration/read-configuration.ts';
import type { SettingKey } from '../../../src/settings/manifest.ts';
import { connectedState } from '../connection/serving-states.ts';
import type { Evidence } from '../../../src/doctor/evidence.ts';

export const server = { trackingUri: 'https://mlflow.company.com' };
export const vault = { 'vault.address': 'https://vault.company.com:8200', 'vault.path': 'secret/mlflow' };
export const now = 1_000_000_000;

/** Reads as the editor does, with all settings from the workspace. */
export async function read(
  settings: Partial<Record<SettingKey, unknown>>,
  environment: ConfigurationInput['environment'] = {},
): Promise<ConfigurationResult> {
  const entries = Object.entries(settings).map(([key, value]) => [
    key,
    { value, origin: { kind: 'workspace' } },
  ]);
  return readConfiguration({
    settings: Object.fromEntries(entries) as ConfigurationInput['settings'],
    environment,
    hasBootstrap: async () => Promise.resolve(false),
  });
}

/** Of a window that is connected and well, with changes. */
export async function evidenceOf(changes: Partial<Evidence> = {}): Promise<Evidence> {
  const found = changes.read ?? (await read({ ...server, ...vault }));
  const configuration = found.kind === 'ready' ? found.configuration : undefined;
  return {
    now,
    hasChanged: false,
    isTrusted: true,
    read: found,
    state: configuration ? connected(configuration) : { kind: 'disconnected' },
    approved: configuration && destinationOf(configuration),
    server: { kind: 'ok', text: 'MLflow 3.17.2 responded.' },
    isServerAsked: true,
    lastProblem: undefined,
    requests: {
      ...{ requests: 12, failures: 1, denied: 2 },
      ...{ lastResponseAt: now - 20_000, medianResponseMs: 12, p95ResponseMs: 80 },
    },
    lastDenial: undefined,
    signIn: [{ name: 'environment variable VAULT_TOKEN', isSet: true }],
    kept: [],
    missingCredential: undefined,
    pythonUri: 'http://127.0.0.1:40000',
    httpProxy: undefined,
    certificateCheck: undefined,
    versions: [['Node.js', '24.0.0']],
    ...changes,
  };
}

export const secretFacts = { version: '7', fetchedAt: now - 30_000, nextRefreshAt: now + 170_000 };

function connected(configuration: ConnectionConfiguration): Evidence['state'] {
  return connectedState(configuration, secretFacts);
}
