import type { ConnectionConfiguration } from '../../configuration/configuration.ts';
import { destinationOf } from '../../configuration/destination.ts';
import type { ConfigurationResult } from '../../configuration/read-configuration.ts';
import type { Approvals } from '../../connection/approvals.ts';
import { withinDeadline } from '../../deadline.ts';
import { orProblem, Problem } from '../../problem.ts';
import type { KnownValue } from '../../providers/provider.ts';
import { providerOf } from '../../providers/providers.ts';
import { unattendedDeadlineMs } from '../../providers/source.ts';
import type {
  BootstrapName,
  BootstrapSecrets,
  SecretNames,
  SecretSource,
  SourceContext,
} from '../../providers/source.ts';
import { abortable } from '../../providers/transport/abortable.ts';
import { lateProblem } from '../../secrets/resolver-problems.ts';
import { settingKeys } from '../../settings/manifest.ts';
import type { ProviderId, SettingKey } from '../../settings/manifest.ts';
import { isOwn } from '../../settings/setting-values.ts';
import type { SettingChanges, SettingTexts } from '../../settings/written-values.ts';
import type { Credentials } from '../credentials.ts';
import { homeFolder } from '../home-folder.ts';
import { changedTexts } from './changed-texts.ts';

export interface StoreViewHost {
  /** Reads the configuration as it will be once these settings are written. */
  readonly read: (settings: SettingChanges) => Promise<ConfigurationResult>;
  readonly approvals: Approvals;
  readonly credentials: Pick<Credentials, 'missing' | 'bootstrapFor' | 'hasAmbient'>;
  /** Whether no repository can have set its variables. */
  readonly isEnvironmentOwn: boolean;
  readonly mayLeaveOut: boolean;
  readonly sources: {
    readonly contextNow: (bootstrap: BootstrapSecrets, foreignHttpProxy?: string) => Promise<SourceContext>;
  };
}

type ReadyConfiguration = Extract<ConfigurationResult, { kind: 'ready' }>;

/** `notAsked`: nobody may be asked yet, or there is nothing to ask with. */
export type Names = SecretNames | { readonly kind: 'failed'; readonly problem: Problem };

/** The setting that names the secret in its store, and a value of its form. */
export interface SecretSetting {
  readonly key: SettingKey;
  readonly example: string;
}

/** Facts of a destination that do not decide what a secret store is sent. */
const ofTrackingServer = ['trackingOrigin', 'basePath', 'headerName', 'authMode', 'keptHours'];

/** What one run of the wizard sees of this machine and of a secret store; each is asked once. */
export class StoreView {
  readonly #host: StoreViewHost;
  /** What is set, before anything is entered. */
  readonly #before: SettingTexts;
  readonly #known = new Map<SettingKey, Promise<readonly KnownValue[]>>();
  readonly #names = new Map<string, Names>();
  #lastGreeting: string | undefined;

  constructor(host: StoreViewHost, before: SettingTexts) {
    this.#host = host;
    this.#before = before;
  }

  /** Values that this machine's files name. What is wrong with the files is told when they are used. */
  async known(provider: ProviderId, key: SettingKey): Promise<readonly KnownValue[]> {
    const places = { environment: process.env, homeFolder: homeFolder() };
    const read = async (): Promise<readonly KnownValue[]> => {
      const found = await orProblem(
        providerOf({ provider }).knownValues?.(key, places) ?? Promise.resolve([]),
      );
      return found instanceof Problem ? [] : found;
    };
    const known = this.#known.get(key) ?? read();
    this.#known.set(key, known);
    return known;
  }

  /**
   * The names of the secrets in the store that these answers describe. The store gets the sign-in for it, so it is asked
   * only where the user approved it before, or where everything that decides which store that is, and as whom it is
   * asked, was entered just now or is the user's own.
   */
  async names(answers: SettingTexts, { key, example }: SecretSetting, signal: AbortSignal): Promise<Names> {
    return this.#listed('names', answers, { [key]: example }, signal);
  }

  /** The secret stores that the sign-in of these answers may see, as above; these settings of them are yet to be answered. */
  async stores(answers: SettingTexts, examples: SettingTexts, signal: AbortSignal): Promise<Names> {
    return this.#listed('stores', answers, examples, signal);
  }

  /** What the store says of itself, where it may be asked; nothing of a sign-in is sent. */
  async greeting(
    answers: SettingTexts,
    { key, example }: SecretSetting,
  ): Promise<string | Problem | undefined> {
    const configuration = await this.#askable(answers, { [key]: example });
    const greeting =
      configuration &&
      (await orProblem(this.#within(configuration, async (source, signal) => source.greet?.(signal))));
    this.#lastGreeting = greeting instanceof Problem ? undefined : greeting;
    return greeting;
  }

  get lastGreeting(): string | undefined {
    return this.#lastGreeting;
  }

  /** What has one likely answer is left out, unless the user wants to see everything. */
  get mayLeaveOut(): boolean {
    return this.#host.mayLeaveOut;
  }

  /** Whether this machine has the credential for the sign-in that these answers describe. */
  async hasAmbient(name: BootstrapName, answers: SettingTexts): Promise<boolean> {
    return this.#host.credentials.hasAmbient(name, changedTexts(this.#before, answers));
  }

  /** What has yet to be set beside these answers. */
  async missing(answers: SettingTexts): Promise<readonly SettingKey[]> {
    const read = await this.#host.read(changedTexts(this.#before, answers));
    return read.kind === 'incomplete' ? read.missing : [];
  }

  async #listed(
    what: 'names' | 'stores',
    answers: SettingTexts,
    examples: SettingTexts,
    signal: AbortSignal,
  ): Promise<Names> {
    const configuration = await this.#askable(answers, examples);
    if (configuration === undefined) return { kind: 'notAsked' };
    const asked = JSON.stringify([what, configuration.source]);
    const names = this.#names.get(asked) ?? (await this.#ask(what, configuration, signal));
    if (names.kind !== 'failed') this.#names.set(asked, names);
    return names;
  }

  /** `examples`: of settings that do not decide whom one asks. */
  async #askable(
    answers: SettingTexts,
    examples: SettingTexts,
  ): Promise<ConnectionConfiguration | undefined> {
    const changed = changedTexts(this.#before, { ...answers, ...examples });
    const read = await this.#host.read(changed);
    const mayAsk = read.kind === 'ready' && this.#mayAsk(read, changed, Object.keys(examples));
    return mayAsk ? read.configuration : undefined;
  }

  #mayAsk(
    { configuration, values }: ReadyConfiguration,
    changed: SettingTexts,
    open: readonly string[],
  ): boolean {
    const { source, foreignHttpProxy } = configuration;
    const { approved } = this.#host.approvals;
    const now = destinationOf(configuration);
    const openFacts = open.map((key) => key.split('.')[1]);
    const others = Object.keys(now).filter(
      (name) => !openFacts.includes(name) && !ofTrackingServer.includes(name),
    );
    if (approved !== undefined && others.every((name) => now[name] === approved[name])) return true;
    const configured = providerOf(source).configure(values, process.env);
    const isRisky =
      configured.kind !== 'ok' || configured.risk !== undefined || foreignHttpProxy !== undefined;
    if (isRisky || !this.#host.isEnvironmentOwn) return false;
    const isOfStore = (key: SettingKey): boolean => key.startsWith(`${source.provider}.`);
    return settingKeys
      .filter((key) => isOfStore(key) && !open.includes(key))
      .every((key) => isOwn(values.origin(key)) || Object.hasOwn(changed, key));
  }

  async #ask(
    what: 'names' | 'stores',
    configuration: ConnectionConfiguration,
    signal: AbortSignal,
  ): Promise<Names> {
    if ((await this.#host.credentials.missing(configuration)) !== undefined) return { kind: 'notAsked' };
    try {
      const notAsked = Promise.resolve<SecretNames>({ kind: 'notAsked' });
      return await this.#within(
        configuration,
        async (source, ended) => source[what]?.(ended) ?? notAsked,
        signal,
      );
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof Problem)) throw error;
      // Nobody is asked to sign in just for a look.
      const provider = providerOf(configuration.source);
      return provider.isAttended(configuration.source)
        ? { kind: 'notAsked' }
        : { kind: 'failed', problem: error };
    }
  }

  /** Within the time of one fetch. */
  async #within<T>(
    configuration: ConnectionConfiguration,
    ask: (source: SecretSource, signal: AbortSignal) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    const { credentials, sources } = this.#host;
    const provider = providerOf(configuration.source);
    const context = await sources.contextNow(
      credentials.bootstrapFor(configuration),
      configuration.foreignHttpProxy,
    );
    const source = await provider.load(configuration.source, context);
    const limit = new AbortController();
    const ended = AbortSignal.any([limit.signal, ...(signal === undefined ? [] : [signal])]);
    try {
      const late = (): Problem => lateProblem(unattendedDeadlineMs);
      return await withinDeadline(abortable(ask(source, ended), ended), { ms: unattendedDeadlineMs, late });
    } finally {
      limit.abort(new Error('ended'));
      // Not waited for, as it may give a sign-in back to a store that does not respond; it logs what goes wrong.
      void source.close({ revoke: true });
    }
  }
}
