import { execFile } from 'node:child_process';
import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { listenerAt, processWith } from '../network/socket-owner.ts';
import { processTitle } from '../proxy/control/process-title.ts';

const titled = new RegExp(`^${processTitle} (\\d+)$`);
const lookupTimeoutMs = 2000;

/**
 * Ends the proxies of this user that are in processes of their own, when the extension is gone: the key to their control
 * sockets is in the editor's secret storage, where only the extension could read it. On Windows, where a process has no
 * title, none is found.
 */
export async function endOwnProcesses(): Promise<void> {
  for (const pid of await ownProcesses()) {
    try {
      process.kill(pid, 'SIGTERM');
    } catch {
      // It has ended by itself.
    }
  }
}

/** The process of a proxy of this user that listens at this port. */
export async function ownProcessAt(port: number): Promise<number | undefined> {
  switch (process.platform) {
    case 'linux': {
      const pid = await listeningProcess(port);
      return pid !== undefined && (await titledPort(pid)) === port ? pid : undefined;
    }
    case 'darwin':
      return (await titledProcessesOfPs()).find((one) => one.port === port)?.pid;
    default:
      return undefined;
  }
}

async function ownProcesses(): Promise<readonly number[]> {
  switch (process.platform) {
    case 'linux':
      return ownProcessesInProc();
    case 'darwin':
      return (await titledProcessesOfPs()).map(({ pid }) => pid);
    default:
      return [];
  }
}

async function ownProcessesInProc(): Promise<readonly number[]> {
  const own: number[] = [];
  for (const name of await readdir('/proc')) {
    if (/^\d+$/.test(name) && (await isOwn(Number(name)))) own.push(Number(name));
  }
  return own;
}

/** Any program can have the title: this one is of this user and of this editor, and listens where the title says. */
async function isOwn(pid: number): Promise<boolean> {
  try {
    const port = await titledPort(pid);
    if (port === undefined) return false;
    // An update of the editor deletes the file of a program that runs.
    const program = (await readlink(`/proc/${pid}/exe`)).replace(/ \(deleted\)$/, '');
    return program === (await readlink('/proc/self/exe')) && (await listeningProcess(port)) === pid;
  } catch {
    // It has ended meanwhile, or is another user's.
    return false;
  }
}

/** The port in the title of a process of this user. */
async function titledPort(pid: number): Promise<number | undefined> {
  try {
    const [title = '', ...rest] = (await readFile(`/proc/${pid}/cmdline`, 'latin1')).split('\0');
    const port = titled.exec(title)?.[1];
    if (port === undefined || rest.some((argument) => argument !== '')) return undefined;
    return (await stat(`/proc/${pid}`)).uid === process.geteuid?.() ? Number(port) : undefined;
  } catch {
    return undefined;
  }
}

async function listeningProcess(port: number): Promise<number | undefined> {
  const listener = await listenerAt(port);
  const found = listener && (await processWith(listener.inode, AbortSignal.timeout(lookupTimeoutMs)));
  return found && Number(found.pid);
}

interface TitledProcess {
  readonly pid: number;
  readonly port: number;
}

async function titledProcessesOfPs(): Promise<readonly TitledProcess[]> {
  const uid = String(process.geteuid?.());
  const { stdout } = await promisify(execFile)('/bin/ps', ['-U', uid, '-x', '-o', 'pid=,command=']);
  return stdout.split('\n').flatMap((line) => {
    const text = line.trim();
    const pid = parseInt(text, 10);
    const port = titled.exec(text.slice(String(pid).length).trim())?.[1];
    return port === undefined ? [] : [{ pid, port: Number(port) }];
  });
}
