import { hash } from 'node:crypto';
import { lstat, readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { FramedSocket, SocketClosed } from '../proxy/control/framed-socket.ts';
import { greetProcess, newHello } from '../proxy/control/handshake.ts';
import type { Peers } from '../proxy/control/handshake.ts';
import type { ControlPlace } from './control-place.ts';

/** For a process that is there to answer. */
const greetingTimeoutMs = 3000;

export interface ControlConnection {
  readonly socket: FramedSocket;
  readonly peers: Peers;
}

/**
 * `absent`: nothing listens there. `silent`: it does not answer. `closed`: it ended first, as a process does that is just
 * ending. `stranger`: it does not hold the key, or is another user's.
 */
export type Attached = ControlConnection | 'absent' | 'silent' | 'closed' | 'stranger';

/** Connects to the process of a workspace, and proves both sides to each other. */
export async function connectControl({ path, key }: ControlPlace, bundle: string): Promise<Attached> {
  if (await isAnothers(path)) return 'stranger';
  const socket = connect(path);
  const connected = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
  });
  if (!connected) return 'absent';
  const framed = new FramedSocket(socket);
  const late = AbortSignal.timeout(greetingTimeoutMs);
  const giveUp = (): void => framed.destroy();
  late.addEventListener('abort', giveUp);
  try {
    return { socket: framed, peers: await greetProcess(framed, key, newHello(bundle)) };
  } catch (error) {
    framed.destroy();
    if (late.aborted) return 'silent';
    return error instanceof SocketClosed ? 'closed' : 'stranger';
  } finally {
    late.removeEventListener('abort', giveUp);
  }
}

/** Put there while the folder was open to all. Who says nothing there would be waited for as for a process of ours. */
async function isAnothers(path: string): Promise<boolean> {
  // A pipe of Windows tells nothing of that.
  if (process.platform === 'win32') return false;
  try {
    return (await lstat(path)).uid !== process.geteuid?.();
  } catch {
    // To connect finds out whether there is anything.
    return false;
  }
}

/** By which both sides know whether they are of one version. */
export async function digestOf(file: string): Promise<string> {
  return hash('sha256', await readFile(file), 'base64url');
}
