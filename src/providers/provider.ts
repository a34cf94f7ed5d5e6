import type { ProviderId, SettingKey, TextKey } from '../settings/manifest.ts';
import type { SettingProblem, SettingsLayer, SettingValues } from '../settings/setting-values.ts';
import type { Environment } from '../environment.ts';
import type { VariableReader } from '../settings/variable-reader.ts';
import type { BootstrapName, SecretSource, SourceContext } from './source.ts';

/** A source's settings, valid and complete. Plain data: it is compared as JSON. Each provider has a type of its own. */
export interface SourceConfiguration {
  readonly provider: ProviderId;
}

/**
 * All that is known of one kind of secret store without its SDK. `C` is its configuration. Members that take one are
 * methods, so that the registry can hold all providers as one type: `providerOf` gives each only what it made itself.
 */
export interface Provider<C extends SourceConfiguration = SourceConfiguration> {
  readonly id: C['provider'];
  /** For people. */
  name(): string;
  /**
   * `auto` takes the provider once these are set; where there are none, once a credential has been entered for the
   * tracking server.
   */
  readonly autoSettings: readonly TextKey[];
  /** What must be set beside those, given what else is set. */
  signInSettings(values: SettingValues): readonly SettingKey[];
  /**
   * Makes the configuration of values in which nothing that must be set is missing. What else decides where something is
   * sent, as whom, or whom to trust, such as a variable that the SDK reads, becomes a part of it.
   */
  configure(values: SettingValues, environment: Environment): Configured<C>;
  /**
   * Where the secret is read, as whom and over what trust, by stable names in the order in which a person reads them:
   * the user approves it, and any change asks again. `destinationFacts` makes it of all fields of the configuration.
   */
  destination(source: C, trackingOrigin: string): Facts;
  /**
   * Under which name the sign-in secrets are kept: where they may be sent, and as whom. Changed settings find nothing
   * there, so a secret never follows them to another place. *Forget* ends all connections with the same.
   */
  bootstrapScope(source: C, trackingOrigin: string): readonly (string | undefined)[];
  /** What the user may have to type, by the name under which it is kept, and what it is called. */
  readonly credentials: readonly TypedCredential[];
  /** Whether this source may use what is on this machine, and not only what was entered for it. */
  mayUseAmbient(source: C): boolean;
  /** Which of them this configuration's sign-in needs. */
  neededCredential(source: C): BootstrapName | undefined;
  /** The secret itself is what the user entered: there is no store that could have another. */
  readonly isSecretEntered: boolean;
  /** The sign-in may wait for a person, as one in the browser does. */
  isAttended(source: C): boolean;
  /**
   * Files that the sign-in reads and that others write: while there is trouble, a change of one has the secret fetched
   * again. Absolute; `*` in the last part stands for any text.
   */
  signInFiles(source: C, places: Places): readonly string[];
  /** Files with certificates that the source itself trusts. They are read when it is made. */
  certificateFiles(source: C): readonly string[];
  /** Variables that the sign-in reads and that are, or lead to, a secret. */
  readonly signInVariables: readonly string[];
  /** Variables whose value is a secret: what they hold must not be in a report. */
  readonly secretVariables: readonly string[];
  /** Values of a setting that this machine knows, such as profiles; may load the SDK. `undefined`: it knows of none. */
  readonly knownValues?: (key: SettingKey, places: Places) => Promise<readonly KnownValue[]>;
  /** How the Python plugin `mlflow-secrets-auth` names this store; `undefined` when it does not know it. */
  readonly plugin: PluginVariables | undefined;
  /** Makes the source. The SDK is loaded here, on first use. */
  load(source: C, context: SourceContext): Promise<SecretSource>;
}

export type Configured<C> =
  | {
      readonly kind: 'ok';
      readonly source: C;
      /** To be said before it is approved. */
      readonly risk: string | undefined;
    }
  | {
      readonly kind: 'incomplete';
      readonly missing: readonly SettingKey[];
      readonly problems: readonly SettingProblem[];
    };

/** A value as it is compared and kept, and as people read it where that is another text. An empty value means: none. */
export interface Fact {
  readonly label: string;
  readonly value: string;
  /** Values of others in it are in `quoted`. */
  readonly text?: string;
}

export type Facts = Readonly<Record<string, Fact>>;

export interface TypedCredential {
  readonly name: BootstrapName;
  /** For people, inside a sentence: "Vault token". */
  label(): string;
  /** Where else on this machine it may be, whether or not a certain source may use it. */
  ambient(surroundings: Surroundings): Promise<readonly AmbientCredential[]>;
}

/** Where things of the user are on this machine. */
export interface Places {
  readonly environment: Environment;
  readonly homeFolder: string;
}

export interface KnownValue {
  readonly value: string;
  /** For people, in the words of this machine's files. */
  readonly about: string;
  /** Settings that need no value beside it. */
  readonly decides: readonly SettingKey[];
  /** Nothing else on this machine signs in, as far as it knows. */
  readonly isOnlyOne?: boolean;
}

/** What a look for ambient credentials works with. */
export interface Surroundings extends Places {
  readonly isThere: (path: string) => Promise<boolean>;
}

export interface AmbientCredential {
  /** For people: "environment variable VAULT_TOKEN". */
  readonly place: string;
  readonly isSet: boolean;
}

/** Names and rules are those of `mlflow-secrets-auth` 0.2. */
export interface PluginVariables {
  /** The store's name in `MLFLOW_SECRETS_AUTH_ENABLE`. */
  readonly slug: string;
  /** Of the variables for each store: `MLFLOW_VAULT_TTL_SEC`. */
  readonly prefix: string;
  /** The store's own variables as settings. */
  read(reader: VariableReader): SettingsLayer;
}
