import type { ConnectionConfiguration } from '../configuration/configuration.ts';
import type { ConfigurationResult } from '../configuration/read-configuration.ts';
import { isServing } from '../connection/state.ts';
import type { ConnectionState } from '../connection/state.ts';
import { providerOf } from '../providers/providers.ts';
import type { ProxyStatistics } from '../proxy/messages.ts';
import { contextKeys } from '../settings/manifest.ts';

type SetContext = (key: (typeof contextKeys)[keyof typeof contextKeys], value: boolean) => Promise<void>;
type Keys = Readonly<Partial<Record<keyof typeof contextKeys, boolean>>>;

/**
 * How far the user is: the steps of the walkthrough complete themselves by it, and the palette offers what makes sense.
 * A key that is left out stays as it was.
 */
export function progressOf(state: ConnectionState, statistics: ProxyStatistics | undefined): Keys {
  const hasResponse = (statistics?.requests ?? 0) > (statistics?.failures ?? 0);
  switch (state.kind) {
    case 'disconnected':
    case 'restricted':
      return {};
    case 'needsConfiguration':
      return {
        hasServer: !state.missing.includes('trackingUri'),
        hasSource: false,
        isApproved: false,
        hasEntered: false,
      };
    case 'needsApproval':
      return { hasServer: true, hasSource: true, isApproved: false, ...enteredOf(state.configuration) };
    case 'failed':
      return state.configuration === undefined ? {} : approved(state.configuration);
    case 'connecting':
    case 'connected':
    case 'degraded':
    case 'rejected':
    case 'unavailable':
      return { ...approved(state.configuration), ...(isServing(state) && hasResponse && { hasResponse }) };
  }
}

function approved(configuration: ConnectionConfiguration): Keys {
  return { hasServer: true, hasSource: true, isApproved: true, ...enteredOf(configuration) };
}

function enteredOf({ source }: ConnectionConfiguration): Keys {
  const provider = providerOf(source);
  const { isSecretEntered } = provider;
  return { hasEntered: provider.neededCredential(source) !== undefined, isSecretEntered };
}

/** Sets what has changed since it was set last. */
export class UserProgress {
  readonly #setContext: SetContext;
  readonly #set = new Map<string, boolean>();

  constructor(setContext: SetContext) {
    this.#setContext = setContext;
  }

  update(state: ConnectionState, statistics: ProxyStatistics | undefined): void {
    this.#show(progressOf(state, statistics));
  }

  /** Whether anything that was entered is stored, of whatever workspace. */
  readonly storesEntered = (storesEntered: boolean): void => this.#show({ storesEntered });

  /** Where the workspace is set up, and stays off. */
  staysOff(found: ConfigurationResult): void {
    if (found.kind === 'ready')
      this.#show({ hasServer: true, hasSource: true, ...enteredOf(found.configuration) });
  }

  #show(progress: Keys): void {
    for (const [key, value] of Object.entries(progress) as [keyof typeof contextKeys, boolean][]) {
      if (this.#set.get(key) === value) continue;
      this.#set.set(key, value);
      void this.#setContext(contextKeys[key], value);
    }
  }
}
