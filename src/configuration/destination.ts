import * as l10n from '@vscode/l10n';
import type { Fact } from '../providers/provider.ts';
import { providerOf, providers } from '../providers/providers.ts';
import type { ConnectionConfiguration } from './configuration.ts';

/**
 * Everything that decides where a credential is read, as whom, and where it goes. The user approves exactly
 * this; any change asks again. Values are compared and kept, the same in every language; none is secret.
 */
export type Destination = Readonly<Record<Field, string>>;

/** In the order in which a person reads them. */
const fields = [
  'trackingOrigin',
  'provider',
  'endpoint',
  'namespace',
  'reference',
  'identity',
  'header',
] as const;
type Field = (typeof fields)[number];

function label(field: Field): string {
  switch (field) {
    case 'trackingOrigin':
      return l10n.t('Tracking server');
    case 'provider':
      return l10n.t('Source');
    case 'endpoint':
      return l10n.t('Endpoint');
    case 'namespace':
      return l10n.t('Namespace');
    case 'reference':
      return l10n.t('Secret');
    case 'identity':
      return l10n.t('Signed in as');
    case 'header':
      return l10n.t('Header');
  }
}

function factsOf({
  source,
  tracking,
  headerName,
  authMode,
}: ConnectionConfiguration): Readonly<Record<Field, Fact>> {
  const provider = providerOf(source);
  return {
    ...provider.destination(source, tracking.origin),
    provider: { value: provider.id, text: provider.name() },
    header: { value: `${headerName} (${authMode})` },
    trackingOrigin: { value: tracking.origin },
  };
}

export function destinationOf(configuration: ConnectionConfiguration): Destination {
  const facts = factsOf(configuration);
  return {
    trackingOrigin: facts.trackingOrigin.value,
    provider: facts.provider.value,
    endpoint: facts.endpoint.value,
    namespace: facts.namespace.value,
    reference: facts.reference.value,
    identity: facts.identity.value,
    header: facts.header.value,
  };
}

export function sameDestination(a: Destination, b: Destination): boolean {
  return fields.every((field) => a[field] === b[field]);
}

/** Lines for the approval: what is, and what it was where it changed since the last approval. */
export function describeDestination(
  configuration: ConnectionConfiguration,
  approved: Destination | undefined,
): readonly string[] {
  const facts = factsOf(configuration);
  return fields.flatMap((field) => {
    const { value, text = value } = facts[field];
    const before = approved?.[field];
    if (before === undefined || before === value) return value === '' ? [] : [`${label(field)}: ${text}`];
    const none = l10n.t('none');
    const beforeText = field === 'provider' ? providerName(before) : before;
    return [l10n.t('{0}: {1}  (was: {2})', label(field), text || none, beforeText || none)];
  });
}

function providerName(value: string): string {
  return providers.find(({ id }) => id === value)?.name() ?? value;
}

/** Whether a stored value really is a destination; storage may hold an older shape. */
export function isDestination(value: unknown): value is Destination {
  return (
    typeof value === 'object' &&
    value !== null &&
    fields.every((field) => typeof (value as Record<string, unknown>)[field] === 'string')
  );
}
