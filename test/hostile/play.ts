import { join } from 'node:path';
import { labels } from '../../src/vscode/labels.ts';
import { until } from '../support/until.ts';
import { harmfulCommand } from './corpus.ts';
import type { PullRow } from './pull-rows.ts';
import type { FolderRow, Settings } from './rows.ts';
import { strayed, writeFiles, writeSettingsFile } from './scene.ts';
import type { Stage } from './stage.ts';
import { hurry } from './window.ts';
import type { Haste, HostileWindow, Look } from './window.ts';

const connect = 'mlflowSecretsAuth.connect';
const hastes: readonly Haste[] = ['declines', 'presses everything'];

/** Opens the folder, connects in a hurry, has a diagnosis made. Resolves to what went wrong. */
export async function playFolder(stage: Stage, folder: string, row: FolderRow): Promise<readonly string[]> {
  const files = row.files(stage.addresses);
  await writeFiles(folder, files);
  const workspace = Object.keys(files).find((name) => name.endsWith('.code-workspace'));
  if (row.machine) await stage.setMachine(row.machine(stage.addresses));
  const window = await stage.open(join(folder, workspace ?? '.').replace(/\/\.$/, ''));
  const faults: string[] = [];
  for (const haste of hastes) {
    await hurriedly(stage, window.run(connect), haste);
    note(stage, await window.look());
  }
  await hurriedly(stage, window.run('mlflowSecretsAuth.diagnose'), 'declines');
  const look = await window.look();
  if (look.isTrusted === (row.restricted ?? false)) faults.push(`trusted: ${look.isTrusted}`);
  if (row.restricted && look.uri !== '') faults.push('Python has an address');
  if (row.restricted && look.ports.length > 0) faults.push(`listens on ${look.ports.join(', ')}`);
  if (look.uri.includes(String(stage.addresses.attackerPort)))
    faults.push('Python has the attacker’s address');
  const { hears } = row;
  if (hears !== undefined) {
    // A program of the folder starts when it likes, which may be after a hurried user is done.
    await until(
      () => stage.heard(hears),
      () => `the attacker did not hear ${hears}`,
    );
  }
  if (row.machine) await stage.setMachine({});
  return [...faults, ...stage.harm()];
}

/** A folder of the user's own, connected. */
export interface Home {
  readonly window: HostileWindow;
  readonly folder: string;
  readonly settings: Settings;
  /** Beside the settings, what a pull may change. */
  readonly files: Readonly<Record<string, string>>;
  readonly look: Look;
}

export interface HomeOptions {
  readonly name: string;
  readonly settings: Settings;
  readonly files?: Home['files'];
  readonly prompt: string;
  readonly secret: string;
}

/** A home whose token is entered in VS Code. */
export function storedHome({ addresses }: Stage, more: Settings = {}): HomeOptions {
  return {
    name: 'stored',
    settings: {
      'mlflowSecretsAuth.trackingUri': addresses.friend,
      'mlflowSecretsAuth.provider': 'stored',
      'mlflowSecretsAuth.auth.mode': 'bearer',
      ...more,
    },
    prompt: labels.storedTokenPrompt(addresses.friend),
    secret: 'canary-hostile-stored',
  };
}

export async function connectHome(
  stage: Stage,
  folder: string,
  { settings, files = {}, prompt, secret }: HomeOptions,
): Promise<Home> {
  await writeFiles(folder, files);
  await writeSettingsFile(folder, settings);
  const window = await stage.open(folder);
  const { workbench } = stage;
  const connecting = window.run(connect);
  const { friend } = stage.addresses;
  await workbench.answerDialog(labels.approvalTitle(friend), labels.approve());
  await workbench.answerSecretly(prompt, secret);
  await connecting;
  const look = await window.look();
  if (look.uri === '') throw new Error('the folder of the user is not connected');
  note(stage, look);
  return { window, folder, settings, files, look };
}

const rounds = { last: 0 };

/** The file of the settings changes as by a pull; a job goes on; the user connects in a hurry. Then it is put back. */
export async function playPull(stage: Stage, home: Home, row: PullRow): Promise<readonly string[]> {
  const { window, look } = home;
  const faults: string[] = [];
  stage.friend.take();
  stage.hijack = row.hijack;
  if (row.machine) await changeMachine(stage, home, row.machine(stage.addresses));
  await writeFiles(home.folder, row.files ?? {});
  await change(home, { ...home.settings, ...row.settings(stage.addresses) });
  await window.call(look);
  await hurriedly(stage, window.run(connect), 'presses everything');
  await window.call(look);
  const now = await window.look();
  note(stage, now);
  if (now.uri.includes(String(stage.addresses.attackerPort)))
    faults.push('Python has the attacker’s address');
  faults.push(...stage.harm(), ...strayed(stage.friend));
  stage.hijack = undefined;
  if (row.machine) await changeMachine(stage, home, {});
  await writeFiles(home.folder, home.files);
  await change(home, home.settings);
  // Whoever presses everything presses "Cancel" of our own progress, too, and then nothing connects by itself.
  await hurriedly(stage, window.run(connect), 'declines');
  note(stage, await window.connected());
  return [...faults, ...stage.harm()];
}

async function change({ folder, window }: Home, settings: Settings): Promise<void> {
  rounds.last += 1;
  await writeSettingsFile(folder, { ...settings, 'hostile.round': rounds.last });
  await window.settled(rounds.last);
}

async function changeMachine(stage: Stage, { window }: Home, settings: Settings): Promise<void> {
  rounds.last += 1;
  await stage.setMachine({ ...settings, 'hostile.machineRound': rounds.last });
  await window.settled(rounds.last, 'machineRound');
}

async function hurriedly(stage: Stage, command: Promise<void>, haste: Haste): Promise<void> {
  const { attackerPort } = stage.addresses;
  stage.declined += await hurry(stage.workbench, command, { haste, attackerPort });
}

function note({ tokens }: Stage, { token }: Look): void {
  if (token !== '') tokens.add(token);
}

/** Otherwise an empty list of harm would say nothing. */
export async function playHarm(stage: Stage, folder: string): Promise<readonly string[]> {
  const window = await stage.open(folder);
  await window.run(harmfulCommand);
  await window.call({ uri: stage.addresses.attacker, token: 'canary-hostile-check' });
  const harm = stage.harm();
  return harm.length === 2 ? [] : [`only this was seen: ${harm.join(', ')}`];
}
