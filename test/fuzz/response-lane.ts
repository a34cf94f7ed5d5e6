import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { credential, ProxyProcess } from '../support/proxy-process/proxy-process.ts';
import { injected } from './lane.ts';
import { readResponse, type ReadResponse } from './reading-response.ts';
import { token } from './token.ts';

export interface ResponseCaseResult {
  readonly faults: readonly string[];
  /** The server's response reached the client whole; else it got an answer of the proxy's own, or an end. */
  readonly passed: boolean;
}

/** Fields that the proxy may leave out of a response, or change. */
const mayDiffer = new Set([
  ...[
    'connection',
    'keep-alive',
    'proxy-connection',
    'proxy-authenticate',
    'te',
    'trailer',
    'upgrade',
    'location',
  ],
  ...[
    'transfer-encoding',
    'content-length',
    'http2-settings',
    'proxy-authorization',
    'proxy-authentication-info',
  ],
]);
const boundMs = 1500;

/**
 * A proxy between a raw client and a tracking server that answers with whatever it is given. Two things must hold: the client
 * reads what Node reads in the server's bytes, or an error of the proxy; and the next request gets its own answer.
 */
export class ResponseLane {
  readonly #proxy: ProxyProcess;
  readonly #server: Server;
  #answer: { chunks: readonly Buffer[]; close: boolean; sent: () => void } = {
    chunks: [],
    close: false,
    sent: () => undefined,
  };
  #checks = 0;

  private constructor(proxy: ProxyProcess, server: Server) {
    this.#proxy = proxy;
    this.#server = server;
    server.on('connection', (socket: Socket) => this.#serve(socket));
  }

  static async start(bundle: string): Promise<ResponseLane> {
    const server = createServer({ noDelay: true }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const proxy = await ProxyProcess.start({
      bundle,
      server: { port },
      sessionToken: token,
      authorization: injected,
    });
    // A store that still has the same: the tracking server's 401 is to be passed on.
    proxy.onWorkerMessage(({ type }) => {
      if (type === 'credentialNeeded')
        proxy.post({ type: 'credential', credential: credential(injected, 1) });
    });
    return new ResponseLane(proxy, server);
  }

  /** `/check/N` is answered as it should be, `/case` with the case's bytes. The proxy sends heads in one piece. */
  #serve(socket: Socket): void {
    socket.on('error', () => socket.destroy());
    socket.on('data', (bytes: Buffer) => {
      const check = /^GET \/check\/(\d+) /.exec(bytes.toString('latin1'))?.[1];
      if (check !== undefined) {
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${check.length}\r\n\r\n${check}`);
        return;
      }
      void this.#send(socket);
    });
  }

  async #send(socket: Socket): Promise<void> {
    const { chunks, close, sent } = this.#answer;
    for (const chunk of chunks) {
      if (socket.destroyed) break;
      socket.write(chunk);
      await turn();
    }
    if (close) socket.end();
    sent();
  }

  async run(
    method: string,
    text: string,
    cut: (bytes: Buffer) => readonly Buffer[],
  ): Promise<ResponseCaseResult> {
    const bytes = Buffer.from(text, 'latin1');
    const direct = await readResponse(method, bytes);
    const sent = Promise.withResolvers<undefined>();
    this.#answer = { chunks: cut(bytes), close: !direct.endedByItself, sent: () => sent.resolve(undefined) };
    const socket = connect({ port: this.#proxy.port, host: '127.0.0.1', noDelay: true });
    const received: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => received.push(chunk));
    socket.on('error', () => socket.destroy());
    socket.write(this.#head(method, '/case'));
    let through = await readResponse(method, Buffer.alloc(0));
    const bound = performance.now() + boundMs;
    for (let length = 0; performance.now() < bound;) {
      const now = Buffer.concat(received);
      const closed = socket.closed;
      if (now.length > length || closed) {
        length = now.length;
        through = await readResponse(method, now);
        if (closed || through.endedByItself) break;
      } else await sleep(0);
    }
    // What a server sends behind a response and after the next request was sent, nobody can tell from an answer.
    await Promise.race([sent.promise, sleep(boundMs)]);
    await sleep(2);
    const { closed } = socket;
    const faults = differences(direct, through, closed);
    faults.push(...(await this.#check(closed ? undefined : socket, received)));
    socket.destroy();
    return { faults, passed: through.complete && through.status === direct.status };
  }

  #head(method: string, path: string): string {
    const length = method === 'POST' ? 'Content-Length: 0\r\n' : '';
    return `${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1:${this.#proxy.port}\r\nAuthorization: Bearer ${token}\r\n${length}\r\n`;
  }

  /** Two requests more, on the case's connection and on a new one: each must get its own answer. */
  async #check(open: Socket | undefined, received: Buffer[]): Promise<string[]> {
    const faults: string[] = [];
    if (open !== undefined) {
      received.length = 0;
      const problem = await this.#ask(open, received, true);
      if (problem !== undefined) faults.push(`next request on the same connection: ${problem}`);
    }
    const socket = connect({ port: this.#proxy.port, host: '127.0.0.1', noDelay: true });
    const fresh: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => fresh.push(chunk));
    socket.on('error', () => socket.destroy());
    const problem = await this.#ask(socket, fresh, false);
    if (problem !== undefined) faults.push(`next request on a new connection: ${problem}`);
    socket.destroy();
    return faults;
  }

  async #ask(socket: Socket, received: readonly Buffer[], mayBeClosed: boolean): Promise<string | undefined> {
    this.#checks += 1;
    const expected = String(this.#checks);
    socket.write(this.#head('GET', `/check/${expected}`));
    const bound = performance.now() + boundMs;
    let read = await readResponse('GET', Buffer.alloc(0));
    while (performance.now() < bound) {
      read = await readResponse('GET', Buffer.concat(received));
      if (read.endedByItself || socket.destroyed) break;
      await sleep(0);
    }
    if (read.status === undefined && mayBeClosed && socket.destroyed) return undefined;
    if (read.status === 200 && read.complete && read.body.toString() === expected) return undefined;
    const raw = JSON.stringify(Buffer.concat(received).toString('latin1').slice(0, 200));
    return `${read.status ?? 'no answer'} for ${expected}: ${raw}`;
  }

  async stop(): Promise<void> {
    await this.#proxy.stop();
    this.#server.close();
  }
}

/** An answer of the proxy's own: it has a field that no generated response has. */
function isOwn({ status = 0, rawHeaders }: ReadResponse): boolean {
  return status >= 502 && status <= 504 && rawHeaders.includes('no-store');
}

/** What the client read that is not in the server's bytes. */
function differences(direct: ReadResponse, through: ReadResponse, closed: boolean): string[] {
  if (through.status === undefined) return closed ? [] : ['the client got no answer in time'];
  if (isOwn(through)) return [];
  const found: string[] = [];
  if (through.status !== direct.status) found.push(`status ${through.status} for ${direct.status ?? 'none'}`);
  if (through.complete && !direct.complete) found.push('complete where the server’s response is not');
  const same = through.complete
    ? through.body.equals(direct.body)
    : direct.body.subarray(0, through.body.length).equals(through.body);
  if (!same) found.push(`body of ${through.body.length} bytes for ${direct.body.length}`);
  // What Node cannot read in the server's bytes it cannot read behind the proxy either.
  const isUnreadable = direct.error !== undefined && through.error === direct.error;
  if (!through.complete && !closed && !isUnreadable) found.push('the response does not end');
  const names = (raw: readonly string[]): string[] => {
    const lines: string[] = [];
    for (let at = 0; at + 1 < raw.length; at += 2) {
      if (!mayDiffer.has(raw[at]!.toLowerCase())) lines.push(`${raw[at]!.toLowerCase()}: ${raw[at + 1]!}`);
    }
    return lines;
  };
  const original = names(direct.rawHeaders);
  for (const line of names(through.rawHeaders)) {
    if (!original.includes(line)) found.push(`field ${JSON.stringify(line)} is not the server's`);
  }
  return found;
}
