import * as l10n from '@vscode/l10n';
import { inertLine } from '../inert.ts';
import { verificationFacts } from '../network/server-verification.ts';
import type { Fact, Facts } from '../providers/provider.ts';
import { providerOf, providers } from '../providers/providers.ts';
import { settings } from '../settings/manifest.ts';
import type { ConnectionConfiguration } from './configuration.ts';

/**
 * Everything that decides where a credential is read, as whom, over what trust, and where it goes: one field a fact,
 * those of the provider included. The user approves exactly this; any change asks again. Values are compared and
 * kept, the same in every language; none is secret.
 */
export interface Destination extends Readonly<Record<string, string>> {
  readonly trackingOrigin: string;
  readonly basePath: string;
  readonly provider: string;
  readonly headerName: string;
  readonly authMode: string;
  readonly caFile: string;
}

/** The facts that every destination has; what is stored without one of them is none. */
const common = ['trackingOrigin', 'basePath', 'provider', 'headerName', 'authMode', 'caFile'] as const;

/** In the HTTP header that servers expect it in. */
function isUsual(headerName: string): boolean {
  return headerName.toLowerCase() === 'authorization';
}

function usualHeader(): string {
  return l10n.t('the usual header for sign-ins, Authorization');
}

function modeText(mode: ConnectionConfiguration['authMode']): string {
  switch (mode) {
    case 'auto':
      return l10n.t('a user name and a password, or a token: what the secret holds');
    case 'basic':
      return l10n.t('a user name and a password');
    case 'bearer':
      return l10n.t('a token');
  }
}

/** Longer values are cut in the middle, so that a line with its label is no more than 200 characters. */
const maxTextLength = 155;
/** Of a line that also says what the value was. */
const maxChangedLength = 95;
const maxBeforeLength = 55;

/** For how many hours the connection is kept after the last window. Where it is not, there is no such fact. */
const keptHours = 'keptHours';

/**
 * Each field of a configuration, with its facts or with why it may change without asking. A new field does not compile
 * until somebody has decided about it.
 */
const fields: {
  readonly [Field in keyof Required<ConnectionConfiguration>]:
    ((configuration: ConnectionConfiguration) => Facts) | 'narrowsOnly' | 'staysOnThisMachine';
} = {
  tracking: ({ tracking: { origin, basePath } }) => ({
    trackingOrigin: { label: l10n.t('Tracking server'), value: origin },
    basePath: { label: l10n.t('Path on the tracking server'), value: basePath },
  }),
  source: ({ source, tracking }) => {
    const provider = providerOf(source);
    const facts = provider.destination(source, tracking.origin);
    return { provider: { label: l10n.t('Source'), value: provider.id, text: provider.name() }, ...facts };
  },
  headerName: ({ headerName }) => ({
    headerName: {
      label: l10n.t('Sent in'),
      value: headerName,
      ...(isUsual(headerName) && { text: usualHeader() }),
    },
  }),
  secretFields: ({ secretFields }) => {
    const { token = '', username = '', password = '' } = secretFields;
    return {
      tokenField: { label: l10n.t('Field of the token'), value: token },
      usernameField: { label: l10n.t('Field of the user name'), value: username },
      passwordField: { label: l10n.t('Field of the password'), value: password },
    };
  },
  authMode: ({ authMode }) => ({
    authMode: { label: l10n.t('Sent as'), value: authMode, text: modeText(authMode) },
  }),
  verification: ({ verification }) => verificationFacts(verification),
  clientCertificate: ({ clientCertificate }) => ({
    clientCertificate: { label: l10n.t('Client certificate'), value: clientCertificate?.certFile ?? '' },
    clientKey: { label: l10n.t('Its key'), value: clientCertificate?.keyFile ?? '' },
  }),
  caFile: ({ caFile }) => ({ caFile: { label: l10n.t('Trusted certificates'), value: caFile ?? '' } }),
  nodeCaFile: ({ nodeCaFile }) => ({
    nodeCaFile: {
      label: l10n.t('Trusted certificates ({0})', 'NODE_EXTRA_CA_CERTS'),
      value: nodeCaFile ?? '',
    },
  }),
  foreignHttpProxy: ({ foreignHttpProxy }) => ({
    foreignHttpProxy: { label: l10n.t('HTTP proxy that others name'), value: foreignHttpProxy ?? '' },
  }),
  afterClose: ({ afterClose }) =>
    afterClose.kind === 'whileInUse'
      ? { [keptHours]: { label: l10n.t('After this window is closed'), ...keptFact(afterClose.keepHours) } }
      : {},
  allowedHosts: 'narrowsOnly',
  // The stricter of user and workspace: decides how long a value is kept, and where on this machine.
  cache: 'staysOnThisMachine',
  proxyPort: 'staysOnThisMachine',
  intercept: 'staysOnThisMachine',
  signInGraceMinutes: 'staysOnThisMachine',
};

function factsOf(configuration: ConnectionConfiguration): Facts {
  const all = Object.values(fields).map((field) => (typeof field === 'function' ? field(configuration) : {}));
  return Object.assign({}, ...all) as Facts;
}

export function destinationOf(configuration: ConnectionConfiguration): Destination {
  const entries = Object.entries(factsOf(configuration));
  return Object.fromEntries(entries.map(([name, { value }]) => [name, value])) as unknown as Destination;
}

/** Address of the tracking server. */
export function addressIn({ trackingOrigin, basePath }: Destination): string {
  return trackingOrigin + basePath;
}

/**
 * Field by field. A field that only one has is a difference, too; but whether the connection is kept is no matter of where
 * the credential goes.
 */
export function sameDestination(a: Destination, b: Destination): boolean {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  names.delete(keptHours);
  return [...names].every((name) => Object.hasOwn(a, name) && Object.hasOwn(b, name) && a[name] === b[name]);
}

/** Whether a connection may be kept as it is to be. */
export function mayBeKept(approved: Destination, destination: Destination): boolean {
  return destination[keptHours] === undefined || approved[keptHours] === destination[keptHours];
}

/** The weightiest of what changed: who gets the credential, where it is read, something else, or how long it is kept. */
export type DestinationChange = 'server' | 'source' | 'other' | 'kept';

export function changeOf(configuration: ConnectionConfiguration, approved: Destination): DestinationChange {
  const now = destinationOf(configuration);
  if (sameDestination(now, approved)) return 'kept';
  const isChanged = (names: readonly string[]): boolean => names.some((name) => now[name] !== approved[name]);
  const { tracking, source } = fields;
  const namesIn = (field: typeof tracking): readonly string[] =>
    typeof field === 'function' ? Object.keys(field(configuration)) : [];
  if (isChanged(namesIn(tracking))) return 'server';
  return isChanged(namesIn(source)) ? 'source' : 'other';
}

/** What is approved, for a list in which labels and values have places of their own. */
export function destinationRows(
  configuration: ConnectionConfiguration,
): readonly (readonly [label: string, value: string])[] {
  return Object.values(factsOf(configuration))
    .map((fact) => [fact.label, textOf(fact, maxTextLength)] as const)
    .filter(([, text]) => text !== '');
}

/** Lines for the approval, one a value: what changed since the last one, from what to what, and what did not. */
export function describeDestination(
  configuration: ConnectionConfiguration,
  approved: Destination | undefined,
): { readonly changed: readonly string[]; readonly same: readonly string[] } {
  const changed: string[] = [];
  const same: string[] = [];
  for (const [name, fact] of Object.entries(factsOf(configuration))) {
    const before = approved !== undefined && Object.hasOwn(approved, name) ? approved[name] : undefined;
    const isNew = name === keptHours && approved !== undefined;
    const isChanged = (before !== undefined || isNew) && before !== fact.value;
    const text = textOf(fact, isChanged ? maxChangedLength : maxTextLength);
    if (isChanged) {
      const was = textBefore(name, before ?? '');
      changed.push(l10n.t('{0}: {1} → {2}', fact.label, was || none(), text || none()));
    } else if (text !== '') {
      same.push(l10n.t('{0}: {1}', fact.label, text));
    }
  }
  return { changed, same };
}

function keptFact(hours: number): Pick<Fact, 'value' | 'text'> {
  return {
    value: String(hours),
    text: l10n.t('goes on for at most {0} h, while a program uses it', hours),
  };
}

function textBefore(name: string, before: string): string {
  if (name === 'provider') return providerName(before);
  if (name === 'headerName' && isUsual(before)) return usualHeader();
  const mode = name === 'authMode' ? settings['auth.mode'].parse(before) : undefined;
  if (mode !== undefined) return modeText(mode);
  return name === keptHours && before !== '' ? l10n.t('{0} h', before) : shown(before, maxBeforeLength);
}

function textOf({ value, text }: Fact, maxLength: number): string {
  return text === undefined ? shown(value, maxLength) : inertLine(text, maxLength);
}

/** A value that could be taken for words of ours, or end like a line of ours, stands in quotes. */
function shown(value: string, maxLength: number): string {
  const line = inertLine(value, maxLength);
  if (!/[\s"→]/.test(line) && line !== none()) return line;
  // Cut before it is quoted: a cut could take from a quotation mark what makes it a part of the value.
  for (let length = maxLength - 2; ; length -= 1) {
    const quotedLine = JSON.stringify(inertLine(value, length));
    if (quotedLine.length <= maxLength) return quotedLine;
  }
}

function none(): string {
  return l10n.t('none');
}

function providerName(value: string): string {
  return providers.find(({ id }) => id === value)?.name() ?? shown(value, maxBeforeLength);
}

/** Whether a stored value really is a destination; storage may hold an older shape, which counts as no approval. */
export function isDestination(value: unknown): value is Destination {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((field) => typeof field === 'string') &&
    common.every((name) => Object.hasOwn(value, name))
  );
}
