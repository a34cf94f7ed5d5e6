import { userInfo } from 'node:os';
import * as l10n from '@vscode/l10n';
import type { Environment } from '../environment.ts';
import type { CertificatePath } from '../network/server-verification.ts';
import { section } from '../settings/manifest.ts';
import type { SettingKey } from '../settings/manifest.ts';
import { inertLine } from '../inert.ts';
import type { AmbientCredential, Configured, Fact, Facts, Surroundings } from './provider.ts';

/** Longer ones are cut in the middle. */
const maxQuotedLength = 80;

/** Small facts that every provider states in the same form. */

/** Values of variables that say of a sign-in where it goes, as whom, or whom it trusts; empty where one says nothing. */
export type DecisiveVariables = Readonly<Record<string, string>>;

/** To the letter: the name of a file may end with a blank. */
export function decisiveVariables(environment: Environment, names: readonly string[]): DecisiveVariables {
  const own = homeVariables.some((name) => names.includes(name)) ? accountHome() : undefined;
  return Object.fromEntries(
    names.map((name) => {
      const value = environment[name] ?? '';
      return [name, homeVariables.includes(name) && value === own ? '' : value];
    }),
  );
}

/** Where SDKs, and the programs that they start, look for the files of a sign-in: they say nothing where it is the account's own. */
export const homeVariables: readonly string[] = ['HOME', 'USERPROFILE'];

let knownHome: { readonly folder: string | undefined } | undefined;

/** Whatever variables say; asked for once, as a directory of users may be far away. */
function accountHome(): string | undefined {
  knownHome ??= { folder: homeOfAccount() };
  return knownHome.folder;
}

function homeOfAccount(): string | undefined {
  try {
    return userInfo().homedir;
  } catch (error) {
    // In a container, the user may be in no directory.
    if (error instanceof Error && 'code' in error && error.code === 'ERR_SYSTEM_ERROR') return undefined;
    throw error;
  }
}

/** Of those that say something. */
export function variableTexts(variables: DecisiveVariables): readonly string[] {
  return Object.entries(variables).flatMap(([name, value]) => (value === '' ? [] : [`${name}=${value}`]));
}

/** How a field of a configuration is approved. */
export interface DestinationField<C> {
  readonly label: () => string;
  /** In place of the field's own value, where that says nothing to a person who reads what it was. */
  readonly value?: (source: C) => string;
  /** For people, where the value says too little; also where there is none, which otherwise is not shown. */
  readonly text?: (source: C) => string | undefined;
}

/**
 * A configuration's fields, each decided about: a new one does not compile until it is. `notDecisive`: it may change without
 * asking, because it decides neither what is read or sent, nor as whom, nor who is trusted, such as a time-out.
 * `eachByItself`: of `DecisiveVariables`.
 */
export type DestinationFields<C> = {
  readonly [Field in keyof Required<Omit<C, 'provider'>>]:
    DestinationField<C> | 'notDecisive' | 'eachByItself';
};

/** Every decisive field as a fact of its own, so that none can change behind the user's approval. */
export function destinationFacts<C extends object>(fields: DestinationFields<C>, source: C): Facts {
  const entries = Object.entries<DestinationField<C> | 'notDecisive' | 'eachByItself'>(fields);
  const values = new Map<string, unknown>(Object.entries(source));
  return Object.fromEntries(
    entries.flatMap(([name, field]) => {
      if (field === 'notDecisive') return [];
      if (field === 'eachByItself') return variableFacts(values.get(name) as DecisiveVariables);
      const { label, value: own, text } = field;
      const value = own?.(source) ?? values.get(name);
      const words = text?.(source);
      const fact: Fact = {
        label: label(),
        value: typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value),
        ...(words !== undefined && { text: words }),
      };
      return [[name, fact]];
    }),
  );
}

function variableFacts(variables: DecisiveVariables): readonly (readonly [string, Fact])[] {
  return Object.entries(variables).map(([name, value]) => [
    `variable.${name}`,
    { label: l10n.t('Environment variable {0}', name), value },
  ]);
}

/** Of what vouches for a secret store beside `tls.caFile`, which is a fact of its own, and of the variable that names it. */
export const storeCertificatesField: DestinationField<{
  readonly storeCertificates: CertificatePath | undefined;
}> = {
  label: () => l10n.t('Certificates for the secret store instead of those of the system'),
  value: ({ storeCertificates: only }) => (only === undefined ? '' : `${only.from}=${only.path}`),
};

/** A value of others inside a sentence of ours: where it begins and ends is seen, whatever it holds. */
export function quoted(value: string): string {
  return JSON.stringify(inertLine(value, maxQuotedLength));
}

/** `message`: what the setting must be, as a sentence. */
export function invalidSetting(key: SettingKey, message: string): Configured<never> {
  const problem = { key, message: `${section}.${key}: ${message}` };
  return { kind: 'incomplete', missing: [], problems: [problem] };
}

export function ambientVariable(name: string, { environment }: Surroundings): AmbientCredential {
  return {
    place: l10n.t('environment variable {0}', name),
    isSet: Boolean(environment[name]?.trim()),
  };
}
