import { readdir, readFile, readlink } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import { ask } from '../../host/suite/hands.ts';
import { until } from '../../host/suite/local-proxy.ts';
import { startRunnerServer } from '../../host/runner-server.ts';
import { harmfulCommand } from '../corpus.ts';
import type { Look } from '../window.ts';
import { Keychain } from './keychain.ts';
import { loseProxy } from './lose-proxy.ts';

/** After a change of settings the product waits for others for 300 ms. */
const settledMs = 600;

/** Lets the runner act in the extension host of this window, and look around in it. */
export async function activate(context: vscode.ExtensionContext): Promise<void> {
  // What hostile words ask for: nothing else calls it.
  context.subscriptions.push(
    vscode.commands.registerCommand(harmfulCommand, async () => ask('hostile-command', {})),
  );
  const keychain = new Keychain(context.secrets);
  const server = await startRunnerServer({
    run: async (command) => {
      await vscode.commands.executeCommand(command as string);
    },
    look: async () => look(Number(new URL(server.url).port)),
    connected: async () => {
      await until(() => process.env['MLFLOW_TRACKING_URI'] !== undefined);
      return look(Number(new URL(server.url).port));
    },
    environment: async () => {
      const ofPython = /^(?:MLFLOW_.*|PYTHONPATH|no_proxy)$/i;
      const found = Object.entries(process.env).filter(([name]) => ofPython.test(name));
      return Promise.resolve(Object.fromEntries(found));
    },
    die: async () => {
      process.kill(process.pid, 'SIGKILL');
      return Promise.resolve();
    },
    settings: async (body) => {
      const { key, round } = body as { key: string; round: number };
      const seen = (): unknown => vscode.workspace.getConfiguration('hostile').get(key);
      await until(() => seen() === round);
      await sleep(settledMs);
    },
    keychain: async (body) => {
      const { isLocked } = body as { isLocked: boolean };
      if (isLocked) keychain.lock();
      else keychain.unlock();
      return Promise.resolve();
    },
    'lose-proxy': async (body) => loseProxy((body as { port: number }).port),
    call: async (body) => {
      const { uri, token } = body as { uri: string; token: string };
      await callAsPython(uri, token);
    },
  });
  const { workspaceFile, workspaceFolders } = vscode.workspace;
  const opened = workspaceFile?.fsPath ?? workspaceFolders?.[0]?.uri.fsPath ?? '';
  await ask('window', { url: server.url, opened });
}

async function look(ownPort: number): Promise<Look> {
  const { MLFLOW_TRACKING_URI: uri = '', MLFLOW_TRACKING_TOKEN: token = '' } = process.env;
  const ports = await listeningPorts();
  return {
    isTrusted: vscode.workspace.isTrusted,
    uri,
    token,
    ports: ports.filter((port) => port !== ownPort),
  };
}

/** As a job does that was started before; what comes of it is not its concern. */
async function callAsPython(uri: string, token: string): Promise<void> {
  try {
    const url = `${uri}/api/2.0/mlflow/experiments/search`;
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const response = await fetch(url, {
      method: 'POST',
      headers,
      body: '{}',
      signal: AbortSignal.timeout(3000),
    });
    await response.text();
  } catch (error) {
    console.info('the call failed', error);
  }
}

/** Of this process and those that it started, as the proxy's own: on Linux. */
async function listeningPorts(): Promise<readonly number[]> {
  const own = new Set((await Promise.all((await ownProcesses()).map(openFiles))).flat());
  const tables = await Promise.all(
    ['tcp', 'tcp6'].map(async (name) => readFile(`/proc/self/net/${name}`, 'utf8')),
  );
  const rows = tables.flatMap((table) => table.split('\n').slice(1)).map((line) => line.trim().split(/\s+/));
  return rows
    .filter(([, , , state, , , , , , inode]) => state === '0A' && own.has(`socket:[${inode ?? ''}]`))
    .map(([, local = '']) => Number.parseInt(local.split(':')[1] ?? '', 16));
}

async function ownProcesses(): Promise<readonly string[]> {
  const all = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const parents = await Promise.all(
    all.map(async (id) => /^PPid:\s+(\d+)$/m.exec(await readIfThere(`/proc/${id}/status`))?.[1]),
  );
  return ['self', ...all.filter((_, index) => parents[index] === String(process.pid))];
}

async function openFiles(id: string): Promise<readonly string[]> {
  const files = await readdir(`/proc/${id}/fd`).catch(() => []);
  return Promise.all(files.map(async (file) => readlink(`/proc/${id}/fd/${file}`).catch(() => '')));
}

/** A process may end while it is looked at. */
async function readIfThere(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '');
}
