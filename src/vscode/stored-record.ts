import * as l10n from '@vscode/l10n';

/**
 * What the extension has in SecretStorage: the key by which windows and local proxies know each other, the session token,
 * what the user entered, a fetched credential, and a sign-in to be used again.
 */
const kinds = ['control', 'session', 'typed', 'fetched', 'signIn'] as const;
export type RecordKind = (typeof kinds)[number];

/** Says about itself all that is needed to end it, whatever the settings of the workspace are by then. */
export interface StoredRecord {
  readonly value: string;
  /** For people: which server it is for. */
  readonly about: string;
  /** Of the sign-in that it belongs to: a digest, as `bootstrapScope` makes it. */
  readonly scope: string | undefined;
  /** Wall-clock milliseconds, as `until`. */
  readonly since: number;
  /** From then on it must not be used; `undefined`: until somebody ends it. */
  readonly until: number | undefined;
}

/** What nobody but this extension makes, so that a damaged one, which could be guessed, counts as none. */
const forms: Readonly<Partial<Record<RecordKind, RegExp>>> = {
  control: /^[\w-]{43}$/,
  session: /^mlflow-vscode-[\w-]{43}$/,
};

const endless: ReadonlySet<RecordKind> = new Set(['control', 'session', 'typed']);
const ofSignIns: ReadonlySet<RecordKind> = new Set(['typed', 'fetched', 'signIn']);

export function recordKey(kind: RecordKind, ...names: readonly string[]): string {
  return [kind, ...names].join('/');
}

export function kindOf(key: string): RecordKind | undefined {
  return kinds.find((kind) => key.startsWith(`${kind}/`));
}

export function formatRecord(record: StoredRecord): string {
  return JSON.stringify(record);
}

/** `undefined` for what another version left, what is damaged, and what may not be used at that time. */
export function parseRecord(key: string, text: string, now: number): StoredRecord | undefined {
  const kind = kindOf(key);
  if (kind === undefined) return undefined;
  let stored: Readonly<Record<string, unknown>> | null;
  try {
    stored = JSON.parse(text) as Readonly<Record<string, unknown>> | null;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  if (typeof stored !== 'object' || stored === null) return undefined;
  const { value, about, scope, since, until } = stored;
  if (typeof value !== 'string' || value === '' || typeof about !== 'string') return undefined;
  if (forms[kind]?.test(value) === false) return undefined;
  if (typeof since !== 'number' || !isScopeOf(kind, key, scope)) return undefined;
  if (until === undefined && endless.has(kind)) return { value, about, scope, since, until };
  // A clock that was set back since then says nothing about how old it is.
  if (typeof until !== 'number' || now < since || now >= until) return undefined;
  return { value, about, scope, since, until };
}

/** A sign-in's own, without which whoever forgets that one would not find the record, and would leave it. */
function isScopeOf(kind: RecordKind, key: string, scope: unknown): scope is string | undefined {
  if (!ofSignIns.has(kind)) return scope === undefined;
  return typeof scope === 'string' && (kind !== 'typed' || key.startsWith(recordKey(kind, scope, '')));
}

/** For people: what ends it before its time. */
export function endText(kind: RecordKind): string {
  switch (kind) {
    case 'control':
      return l10n.t('never: it opens only local proxies of this user');
    case 'session':
      return l10n.t('"MLflow: Disconnect and Revoke"');
    case 'typed':
      return l10n.t('"MLflow: Forget Credential"');
    case 'fetched':
    case 'signIn':
      return l10n.t('"MLflow: Disconnect"');
  }
}

/** For people. */
export function kindText(kind: RecordKind): string {
  switch (kind) {
    case 'control':
      return l10n.t('Key between windows and local proxies');
    case 'session':
      return l10n.t('Session token');
    case 'typed':
      return l10n.t('Credential that you entered');
    case 'fetched':
      return l10n.t('Credential in use');
    case 'signIn':
      return l10n.t('Sign-in to the secret store');
  }
}
