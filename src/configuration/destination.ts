import type { ConnectionConfiguration, SourceConfiguration } from './configuration.ts';
import { isReadableOnTheWay } from '../network/loopback.ts';
import { vaultIdentity } from '../providers/vault/identity.ts';

/**
 * Everything that decides where a credential is read, as whom, and where it goes. The user approves exactly
 * this; any change asks again. Values are for people's eyes and for comparison; none is secret.
 */
export interface Destination {
  readonly provider: string;
  readonly endpoint: string;
  readonly namespace: string;
  readonly reference: string;
  readonly identity: string;
  readonly header: string;
  readonly trackingOrigin: string;
}

/** In the order in which a person is told. */
const labels = {
  trackingOrigin: 'Tracking server',
  provider: 'Source',
  endpoint: 'Endpoint',
  namespace: 'Namespace',
  reference: 'Secret',
  identity: 'Signed in as',
  header: 'Header',
} as const satisfies Record<keyof Destination, string>;

export const providerNames = {
  vault: 'HashiCorp Vault',
  aws: 'AWS Secrets Manager',
  azure: 'Azure Key Vault',
  stored: 'VS Code secret storage',
} as const satisfies Record<SourceConfiguration['provider'], string>;

export function destinationOf(configuration: ConnectionConfiguration): Destination {
  return {
    ...sourceOf(configuration.source, configuration.tracking.origin),
    provider: providerNames[configuration.source.provider],
    header: `${configuration.headerName} (${configuration.authMode})`,
    trackingOrigin: configuration.tracking.origin,
  };
}

function sourceOf(
  source: SourceConfiguration,
  trackingOrigin: string,
): Pick<Destination, 'endpoint' | 'namespace' | 'reference' | 'identity'> {
  switch (source.provider) {
    case 'vault':
      return {
        endpoint: isReadableOnTheWay(source.address)
          ? `${source.address} (not encrypted: everybody on the way can read it)`
          : source.address,
        namespace: source.namespace ?? '',
        reference:
          joined(' at mount ', source.path, source.mount) +
          (source.version ? ` (version ${source.version})` : ''),
        identity: joined(' ', source.authMethod, source.authMount, vaultIdentity(source)),
      };
    case 'aws':
      return {
        endpoint: source.endpoint ?? `AWS ${source.region ?? 'default region'}`,
        namespace: '',
        reference: joined(' ', source.secretId, source.versionStage, source.versionId),
        identity: joined(
          ' ',
          source.profile === undefined ? 'default credentials' : `profile ${source.profile}`,
          source.roleArn,
          source.externalId,
        ),
      };
    case 'azure':
      return {
        endpoint: source.vaultUrl,
        namespace: source.cloud === 'public' ? '' : source.cloud,
        reference: joined('/', source.secretName, source.secretVersion),
        identity: joined(' ', source.signIn, source.tenantId, source.clientId),
      };
    case 'stored':
      return { endpoint: '', namespace: '', reference: `credential for ${trackingOrigin}`, identity: '' };
  }
}

function joined(separator: string, ...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join(separator);
}

const fields = Object.keys(labels) as (keyof Destination)[];

export function sameDestination(a: Destination, b: Destination): boolean {
  return fields.every((field) => a[field] === b[field]);
}

/** Lines for the approval: what is, and what it was where it changed since the last approval. */
export function describeDestination(
  destination: Destination,
  approved: Destination | undefined,
): readonly string[] {
  return fields.flatMap((field) => {
    const value = destination[field];
    const before = approved?.[field];
    if (before === undefined || before === value) return value === '' ? [] : [`${labels[field]}: ${value}`];
    return [`${labels[field]}: ${value || 'none'}  (was: ${before || 'none'})`];
  });
}

/** Whether a stored value really is a destination; storage may hold an older shape. */
export function isDestination(value: unknown): value is Destination {
  return (
    typeof value === 'object' &&
    value !== null &&
    fields.every((field) => typeof (value as Record<string, unknown>)[field] === 'string')
  );
}
