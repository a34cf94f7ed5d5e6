import * as l10n from '@vscode/l10n';
import type { ConnectionConfiguration } from '../configuration/configuration.ts';
import { asProblem, inOneText } from '../problem.ts';
import type { Problem } from '../problem.ts';
import type { DenialReason, ProxyStatistics } from '../proxy/messages.ts';
import { connectingLine } from './connecting-line.ts';
import type { RunningTarget } from './running-connection.ts';
import { LastDenial } from './last-denial.ts';
import { reduce } from './state.ts';
import type { ConnectionEvent, ConnectionState } from './state.ts';

export interface ConnectionStatusOptions {
  readonly log: (level: 'info' | 'warn' | 'error', line: string) => void;
  /** Something that is shown changed. */
  readonly changed: () => void;
}

/** What is known of the connection and may be shown: its state, and what the local proxy reports. */
export class ConnectionStatus {
  readonly #options: ConnectionStatusOptions;
  #state: ConnectionState = { kind: 'disconnected' };
  #statistics: ProxyStatistics | undefined;
  #wentOn: string | undefined;
  #denials = new LastDenial();
  readonly #logged = new Set<string>();

  constructor(options: ConnectionStatusOptions) {
    this.#options = options;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  get statistics(): ProxyStatistics | undefined {
    return this.#statistics;
  }

  get lastDenial(): string | undefined {
    return this.#denials.line;
  }

  /** How long the proxy was kept before this window came, and what it did; for people. */
  get wentOn(): string | undefined {
    return this.#wentOn;
  }

  wasKept(wentOn: string): void {
    this.#wentOn = wentOn;
    this.#options.changed();
  }

  dispatch(event: ConnectionEvent): void {
    const before = this.#state;
    this.#state = reduce(before, event);
    if (this.#state === before) return;
    this.#logChange(before, this.#state);
    this.#options.changed();
  }

  connecting(configuration: ConnectionConfiguration): void {
    this.dispatch({ type: 'connecting', configuration });
    this.#options.log('info', connectingLine(configuration));
  }

  /** Logged once, however often it is tried again. */
  couldNotConnect(problem: Problem): void {
    const before = this.#state;
    const isKnown = before.kind === 'failed' && inOneText(before.problem) === inOneText(problem);
    if (!isKnown) this.#options.log('error', inOneText(problem));
    this.dispatch({ type: 'failed', configuration: undefined, problem });
  }

  /** Something of a connection that has ended all the same. */
  notEnded(error: unknown): void {
    this.#options.log('error', inOneText(asProblem(error, 'settings.unexpected', 'afterFix')));
  }

  /** Of what serves a secret. */
  targetOf(configuration: ConnectionConfiguration): Omit<RunningTarget, 'post'> {
    return {
      served: (secret, problem) => this.dispatch({ type: 'secretServed', secret, problem }),
      found: (finding) => this.dispatch({ type: 'found', finding }),
      failed: (problem) => this.dispatch({ type: 'failed', configuration, problem }),
    };
  }

  counted(statistics: ProxyStatistics): void {
    this.#statistics = statistics;
    this.#options.changed();
  }

  /** Each program is logged once: a kernel with an old session token may ask all night. */
  denied(reason: DenialReason, count: number, detail: string): void {
    const news = this.#denials.add(reason, count, detail);
    if (news !== undefined) this.#options.log('warn', l10n.t('A request was denied: {0}.', news));
    this.#options.changed();
  }

  /** What was counted belongs to a connection that has ended. */
  forgetCounts(): void {
    this.#statistics = undefined;
    this.#wentOn = undefined;
    this.#denials = new LastDenial();
  }

  /** Each trouble once until the state is another one, however often it is found, and with whatever other. */
  #logChange(before: ConnectionState, after: ConnectionState): void {
    const { log } = this.#options;
    if (after.kind !== before.kind) {
      this.#logged.clear();
      log('info', l10n.t('Connection: {0}.', after.kind));
    }
    if (after.kind !== 'rejected' && after.kind !== 'unavailable') return;
    const line = inOneText(after.problem);
    if (!this.#logged.has(line)) log('warn', line);
    this.#logged.add(line);
  }
}
