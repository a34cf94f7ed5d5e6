import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';

export interface ClientOptions {
  readonly name: string;
  /** Of MLflow. */
  readonly experiment: string;
  /** Of a session of its own, which the end of the terminal does not end, as under tmux or nohup. */
  readonly detached: boolean;
  /** Between two metrics. */
  readonly pauseMs: number;
  /** Of the file that it logs: before the metrics, or after them. */
  readonly bytes: number;
  readonly uploadsFirst: boolean;
}

/** What a client was told by MLflow's client library; times in wall-clock milliseconds. */
export interface ClientLog {
  readonly name: string;
  readonly run: string | undefined;
  /** Steps whose metric was accepted. */
  readonly steps: readonly number[];
  /** Calls that were given up. */
  readonly failures: readonly string[];
  /** Attempts that were made again, each with its reason: a refused connection, an answer that asks for it. */
  readonly retries: readonly string[];
  readonly longestPauseMs: number;
  readonly artifact: Artifact | undefined;
}

export interface Artifact {
  readonly path: string;
  readonly sha256: string;
}

/** A call of MLflow's client that has come to its end; times in seconds. */
interface Call {
  readonly kind: 'done' | 'failed';
  /** A step, or the name of another call. */
  readonly what: number | string;
  readonly begun: number;
  readonly ended: number;
  readonly error?: string;
}

type ClientEvent =
  | { readonly kind: 'run'; readonly run: string }
  | { readonly kind: 'retried'; readonly error: string }
  | ({ readonly kind: 'artifact' } & Artifact)
  | Call;

const isCall = (event: ClientEvent): event is Call => event.kind === 'done' || event.kind === 'failed';

/** A Python process that logs metrics with the real client, until it is told to stop. */
export class Client {
  readonly #socket: Socket;
  readonly #over: Promise<unknown>;
  readonly #events: ClientEvent[] = [];
  readonly #listeners = new Set<() => void>();
  #isOver = false;
  readonly name: string;

  /** `address`: the socket of clients.py. */
  static async start(address: string, options: ClientOptions): Promise<Client> {
    const socket = connect(address);
    await once(socket, 'connect');
    socket.write(`${JSON.stringify(options)}\n`);
    return new Client(socket, options.name);
  }

  private constructor(socket: Socket, name: string) {
    this.#socket = socket;
    this.name = name;
    const lines = createInterface({ input: socket });
    lines.on('line', (line) => {
      this.#events.push(JSON.parse(line) as ClientEvent);
      this.#tell();
    });
    // A client that is killed resets it; its end is told by what it did not tell.
    lines.on('error', () => undefined);
    socket.on('error', () => undefined);
    this.#over = once(lines, 'close').then(() => {
      this.#isOver = true;
      this.#tell();
    });
  }

  /** Waits until a call that begins from now on is accepted. Rejects when the client ends, or time is up. */
  async works(signal: AbortSignal): Promise<void> {
    const since = Date.now() / 1000;
    await this.#event(signal, (event) => event.kind === 'done' && event.begun >= since);
  }

  /** Waits until a call was given up; resolves to the words that MLflow's client raised. */
  async fails(signal: AbortSignal): Promise<string> {
    const event = await this.#event(signal, ({ kind }) => kind === 'failed');
    return event.kind === 'failed' ? (event.error ?? '') : '';
  }

  /** Lets it finish what it does, log its file and end its run. */
  async stop(withinMs: number): Promise<ClientLog> {
    if (!this.#isOver) this.#socket.write('stop\n');
    const timer = setTimeout(() => this.#socket.destroy(), withinMs);
    await this.#over;
    clearTimeout(timer);
    this.#socket.destroy();
    return this.#log();
  }

  #log(): ClientLog {
    const calls = this.#events.filter(isCall);
    const run = this.#events.find((event) => event.kind === 'run')?.run;
    const artifact = this.#events.find((event) => event.kind === 'artifact');
    const failures = calls.flatMap(({ kind, error = '' }) => (kind === 'failed' ? [error] : []));
    if (!calls.some(({ what }) => what === 'end')) failures.push('the client ended in the middle of its run');
    return {
      name: this.name,
      run,
      steps: calls.flatMap(({ kind, what }) => (kind === 'done' && typeof what === 'number' ? [what] : [])),
      failures,
      retries: this.#events.flatMap((event) => (event.kind === 'retried' ? [event.error] : [])),
      longestPauseMs: pauseMs(calls.filter(({ what }) => typeof what === 'number')),
      artifact: artifact && { path: artifact.path, sha256: artifact.sha256 },
    };
  }

  async #event(signal: AbortSignal, wanted: (event: ClientEvent) => boolean): Promise<ClientEvent> {
    return new Promise((resolve, reject) => {
      const end = (): void => {
        this.#listeners.delete(look);
        signal.removeEventListener('abort', look);
      };
      const look = (): void => {
        const event = this.#events.find(wanted);
        if (event === undefined && !this.#isOver && !signal.aborted) return;
        end();
        if (event !== undefined) resolve(event);
        else if (this.#isOver) reject(new Error(`${this.name} has ended`));
        else reject(new Error(`${this.name} waited in vain`));
      };
      this.#listeners.add(look);
      signal.addEventListener('abort', look);
      look();
    });
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

/** The longest time in which no step came to its end. */
function pauseMs(calls: readonly Call[]): number {
  return Math.round(Math.max(0, ...calls.map(({ begun, ended }) => (ended - begun) * 1000)));
}
