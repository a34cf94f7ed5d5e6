import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { LastingClients } from '../connection/lasting-clients.ts';
import type { SettingTexts } from '../settings/written-values.ts';
import type { KeepHost, UnapprovedKeeping } from './connect/keep-connection.ts';
import type { LinksHost } from './links/linked-server.ts';
import { readFoundValues } from './settings.ts';
import { showMessage } from './sinks/messages.ts';

export type KeepQuestionHost = KeepHost & LinksHost;

const lookIntervalMs = 30_000;
const offeredKey = 'keepOffered';
/** For how many hours the user was asked about. */
const askedKey = 'keepAskedHours';

const keep: SettingTexts = { 'proxy.afterClose': 'whileInUse' };

/**
 * Offers, once in a workspace, to keep the connection for a program that goes on when the window is closed, where the user
 * has not chosen what becomes of it; and asks for the approval where the user has chosen to keep connections.
 */
export class KeepQuestion implements vscode.Disposable {
  readonly #memory: vscode.Memento;
  readonly #host: KeepQuestionHost;
  readonly #log: (line: string) => void;
  readonly #clients = new LastingClients();
  readonly #timer: NodeJS.Timeout;
  /** What was set when it was seen last that there is nothing to ask. */
  #settled = '';

  constructor(memory: vscode.Memento, host: KeepQuestionHost, log: (line: string) => void) {
    this.#memory = memory;
    this.#host = host;
    this.#log = log;
    this.#timer = setInterval(() => this.#tick(), lookIntervalMs);
    this.#timer.unref();
  }

  dispose(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    this.#look().catch((error: unknown) => this.#log(String(error)));
  }

  /** Asks only somebody who is there. */
  async #look(): Promise<void> {
    const server = this.#host.linkedServer();
    if (server === undefined || !vscode.window.state.focused) return;
    const found = readFoundValues();
    const chosen = found['proxy.afterClose']?.value;
    if (chosen === undefined) await this.#offer(server.port);
    else if (chosen === 'whileInUse') await this.#askOnce(JSON.stringify(found));
  }

  async #offer(port: number): Promise<void> {
    if (this.#memory.get(offeredKey) === true) return;
    const client = await this.#clients.look(port);
    if (client === undefined) return;
    const keeping = await unapproved(this.#host, keep);
    if (keeping === undefined) return;
    await this.#memory.update(offeredKey, true);
    const name = l10n.t('{0} (process {1})', client.name, client.pid);
    this.#ask(l10n.t('{0} uses this connection, and goes on when the window is closed.', name), keeping);
  }

  async #askOnce(set: string): Promise<void> {
    if (this.#settled === set) return;
    this.#settled = set;
    const keeping = await unapproved(this.#host, {});
    if (keeping === undefined || this.#memory.get(askedKey) === keeping.hours) return;
    await this.#memory.update(askedKey, keeping.hours);
    this.#ask(
      l10n.t('You chose to keep connections for programs that go on when the window is closed.'),
      keeping,
    );
  }

  #ask(reason: string, { hours, approve }: UnapprovedKeeping): void {
    const question = l10n.t('Keep the connection for at most {0} h then?', hours);
    const buttons = [
      { label: l10n.t('Keep'), run: approve },
      { label: l10n.t('No'), run: () => undefined },
    ];
    void showMessage('information', [reason, question], buttons);
  }
}

async function unapproved(host: KeepHost, change: SettingTexts): Promise<UnapprovedKeeping | undefined> {
  const { unapprovedKeeping } = await import('./user-commands.ts');
  return unapprovedKeeping(host, change);
}
