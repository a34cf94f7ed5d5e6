import { Session } from 'node:inspector/promises';
import { readdir, readFile, readlink } from 'node:fs/promises';

/** Where the proxy was when it was lost. */
export type ProxyPlace = 'thread' | 'process';

/** Ends whatever listens at this port, in the middle of what it does: a thread of this process, or a process of its own. On Linux. */
export async function loseProxy(port: number): Promise<ProxyPlace> {
  const pid = await listenerAt(port);
  if (pid === undefined) throw new Error(`nothing listens at ${port}`);
  if (pid !== process.pid) {
    process.kill(pid, 'SIGKILL');
    return 'process';
  }
  await endProxyThread();
  return 'thread';
}

async function listenerAt(port: number): Promise<number | undefined> {
  const table = (await readFile('/proc/self/net/tcp', 'utf8')).split('\n').slice(1);
  const rows = table.map((line) => line.trim().split(/\s+/));
  const local = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const inode = rows.find(([, address, , state]) => address === local && state === '0A')?.[9];
  const processes = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  for (const one of processes) {
    const files = await readdir(`/proc/${one}/fd`).catch(() => []);
    const links = await Promise.all(
      files.map(async (file) => readlink(`/proc/${one}/fd/${file}`).catch(() => '')),
    );
    if (links.includes(`socket:[${inode ?? ''}]`)) return Number(one);
  }
  return undefined;
}

/** For the debugger to be gone before: an end under its eyes takes the whole process along. */
const delayMs = 300;

/** Only a debugger gets at a thread of somebody else's. */
async function endProxyThread(): Promise<void> {
  const session = new Session();
  session.connect();
  const ending: Promise<unknown>[] = [];
  session.on('NodeWorker.attachedToWorker', ({ params: { sessionId, workerInfo } }) => {
    if (!`${workerInfo.title} ${workerInfo.url}`.includes('mlflow-secrets-auth')) return;
    const expression = `setTimeout(() => { throw new Error('lost'); }, ${delayMs})`;
    const message = JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression } });
    ending.push(session.post('NodeWorker.sendMessageToWorker', { sessionId, message }));
  });
  await session.post('NodeWorker.enable', { waitForDebuggerOnStart: false });
  await Promise.all(ending);
  await session.post('NodeWorker.disable');
  session.disconnect();
  if (ending.length === 0) throw new Error('the thread of the proxy was not found');
}
