import { setTimeout as sleep } from 'node:timers/promises';
import * as l10n from '@vscode/l10n';
import { atMost } from '../deadline.ts';
import type { FromProcess, StartReport, ToProcess } from '../proxy/control/control-messages.ts';
import type { FromWorker, Texts, ToWorker } from '../proxy/messages.ts';
import { SocketClosed } from '../proxy/control/framed-socket.ts';
import type { FramedSocket } from '../proxy/control/framed-socket.ts';
import { connectControl, digestOf } from './control-connection.ts';
import type { ControlConnection } from './control-connection.ts';
import type { ControlPlace } from './control-place.ts';
import { listenerOf } from './local-proof.ts';
import type { ProxyWorker, ProxyWorkerListener, ToProxy } from './proxy-worker.ts';
import { spawnProxy } from './spawn-proxy.ts';
import { StartTurn } from './start-turn.ts';

export interface ProxyProcessOptions {
  /** The bundle, or `main.ts` itself. */
  readonly file: string;
  /** `undefined`: there is none that could be trusted. */
  readonly place: () => Promise<ControlPlace | undefined>;
  readonly texts?: Texts | undefined;
  /** The name of the workspace, for people. */
  readonly folder?: string | undefined;
  /** How long the proxy goes on after the last window has left. */
  readonly aloneMs: number;
}

/** Why it cannot be had here, and what was posted to it by then. */
type Unable = (reason: string, posted: readonly ToProxy[]) => void;

type Listen = Extract<ToWorker, { type: 'listen' }>;

/** For a process that another window starts just now. */
const attachTimeoutMs = 5000;
const attachIntervalMs = 50;
const endTimeoutMs = 2000;
const leaveTimeoutMs = 500;

/** A proxy in a process of its own, which this window shares with others of its workspace. */
export class ProxyProcess implements ProxyWorker {
  readonly #options: ProxyProcessOptions;
  readonly #listener: ProxyWorkerListener;
  readonly #unable: Unable;
  /** What was posted before it was attached. */
  #queue: ToProxy[] = [];
  #connection: ControlConnection | undefined;
  #isAttaching = false;
  #isClosing = false;
  readonly #gone = Promise.withResolvers<undefined>();

  constructor(options: ProxyProcessOptions, listener: ProxyWorkerListener, unable: Unable) {
    this.#options = options;
    this.#listener = listener;
    this.#unable = unable;
  }

  post(message: ToProxy): void {
    if (message.type === 'close') return;
    if (this.#connection !== undefined) {
      this.#connection.socket.send(message);
      return;
    }
    this.#queue.push(message);
    if (message.type === 'listen' && !this.#isAttaching) void this.#attach(message);
  }

  async isThere(): Promise<boolean> {
    const { file, place: placeOf } = this.#options;
    const place = await placeOf();
    const attached = place && (await connectControl(place, await digestOf(file)));
    if (typeof attached !== 'object') return false;
    attached.socket.destroy();
    return true;
  }

  async leave(): Promise<void> {
    await this.#close({ type: 'leave' }, leaveTimeoutMs);
  }

  async close({ forAll = false } = {}): Promise<void> {
    await this.#close({ type: 'end', forAll }, endTimeoutMs);
  }

  async #close(last: Extract<ToProcess, { type: 'leave' | 'end' }>, timeoutMs: number): Promise<void> {
    this.#isClosing = true;
    const { socket } = this.#connection ?? {};
    if (socket === undefined) return;
    socket.send(last);
    if (last.type === 'leave') socket.end();
    await atMost(this.#gone.promise, timeoutMs);
    socket.destroy();
  }

  async #attach(listen: Listen): Promise<void> {
    this.#isAttaching = true;
    const turn = new StartTurn();
    try {
      const outcome = await this.#connect(listen, turn);
      if (this.#isClosing) return;
      if (outcome !== undefined) this.#answer({ type: 'listenFailed', code: outcome, port: listen.port });
    } catch (error) {
      if (this.#isClosing) return;
      this.#unable(error instanceof Error ? error.message : String(error), this.#queue.splice(0));
    } finally {
      turn.end();
      this.#isAttaching = false;
    }
  }

  #answer(message: FromWorker): void {
    this.#queue = this.#queue.filter(({ type }) => type !== 'listen');
    this.#listener.onMessage(message);
  }

  /** Gives the code of what keeps the port from being had. Throws where there can be no process. */
  async #connect(listen: Listen, turn: StartTurn): Promise<string | undefined> {
    const { file, texts, aloneMs, folder = '' } = this.#options;
    const place = await this.#options.place();
    if (place === undefined) throw new Error(l10n.t('no folder for the control socket'));
    const bundle = await digestOf(file);
    const { path: controlPath, key } = place;
    const start = async (port: number): Promise<StartReport> =>
      spawnProxy(file, {
        ...{ controlPath, key: key.toString('base64url'), bundle, texts, aloneMs, folder },
        listen: { ...listen, port },
      });
    let until = Date.now() + attachTimeoutMs;
    while (!this.#isClosing) {
      const attached = await connectControl(place, bundle);
      const isLate = Date.now() >= until;
      if (typeof attached === 'object') {
        const fate = await fateOf(attached, bundle, start);
        if (fate === 'replaced') continue;
        if (fate === 'kept') {
          checkProtocol(attached);
          this.#attached(attached);
          return undefined;
        }
      } else if (attached === 'stranger' || (attached === 'closed' && isLate)) {
        throw new Error(l10n.t('another program has the control socket'));
      } else if (attached === 'absent' && !turn.isOwn) {
        await turn.take(place);
        until = Date.now() + attachTimeoutMs;
        continue;
      } else if (attached === 'absent') {
        const report = await start(listen.port);
        if (report.type === 'noControl') throw new Error(report.code);
        if (report.type === 'listenFailed' && !(await isAnothers(report.code, listen))) return report.code;
        if (report.type === 'ready' && !isLate) continue;
      }
      if (isLate) return 'ETIMEDOUT';
      await sleep(attachIntervalMs);
    }
    return undefined;
  }

  #attached(connection: ControlConnection): void {
    const { socket } = connection;
    if (this.#isClosing) {
      socket.destroy();
      return;
    }
    this.#connection = connection;
    for (const message of this.#queue.splice(0)) socket.send(message);
    let isEnded = false;
    const receive = (message: FromProcess): void => {
      if (this.#isClosing) return;
      switch (message.type) {
        case 'ended':
          isEnded = true;
          break;
        case 'kept':
        case 'released':
        case 'resumed':
        case 'described':
          break;
        case 'wentOn':
          this.#listener.onWentOn?.(message);
          break;
        default:
          this.#listener.onMessage(message);
      }
    };
    socket.listen(
      (frame) => receive(frame as FromProcess),
      () => {
        this.#connection = undefined;
        this.#gone.resolve(undefined);
        if (this.#isClosing) return;
        if (isEnded) this.#listener.onEnded();
        else this.#listener.onExit(l10n.t('its process has ended'));
      },
    );
  }
}

/** The port is taken by a process that another window has just started, and to which this one can attach in a moment. */
async function isAnothers(code: string, { port, sessionToken }: Listen): Promise<boolean> {
  return code === 'EADDRINUSE' && (await listenerOf(port, sessionToken)) === 'ours';
}

/**
 * Puts a process of this window's version in the place of one of another version, unless other windows use that one, or
 * the new one does not start. What is under way goes on in the old one, which then ends. `gone`: it ended by itself.
 */
async function fateOf(
  { socket, peers }: ControlConnection,
  bundle: string,
  start: (port: number) => Promise<StartReport>,
): Promise<'kept' | 'replaced' | 'gone'> {
  if (peers.process.bundle === bundle) return 'kept';
  const reply = await ask(socket, 'replace', ['kept', 'released']);
  if (reply?.type !== 'released') return reply === undefined ? 'gone' : 'kept';
  const report = await start(reply.port).catch(() => undefined);
  if (report?.type === 'ready') {
    socket.send({ type: 'replaced' });
    socket.end();
    return 'replaced';
  }
  return (await ask(socket, 'resume', ['resumed'])) === undefined ? 'gone' : 'kept';
}

/** Where other windows keep a process of another version, which may not understand this one. */
function checkProtocol({ socket, peers }: ControlConnection): void {
  if (peers.process.protocol === peers.window.protocol) return;
  socket.destroy();
  throw new Error(l10n.t('other windows use another version of it'));
}

/** Other messages before the reply are old by the time they are read. `undefined`: there is none. */
async function ask(
  socket: FramedSocket,
  type: Extract<ToProcess['type'], 'replace' | 'resume'>,
  replies: readonly FromProcess['type'][],
): Promise<FromProcess | undefined> {
  const late = setTimeout(() => socket.destroy(), endTimeoutMs);
  try {
    socket.send({ type });
    for (;;) {
      const frame = (await socket.next()) as FromProcess;
      if (replies.includes(frame.type)) return frame;
    }
  } catch (error) {
    if (error instanceof SocketClosed) return undefined;
    throw error;
  } finally {
    clearTimeout(late);
  }
}
