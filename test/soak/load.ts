import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../support/random.ts';
import { matches, piece, seeds } from './pattern.ts';

export interface Totals {
  requests: number;
  /** Requests by what they were. */
  readonly kinds: Record<string, number>;
  /** 503 to a streamed body in the middle of a rotation, tried again by the client as MLflow's does. */
  retried: number;
  readonly wrong: string[];
}

interface Target {
  readonly port: number;
  readonly sessionToken: string;
}

interface Outgoing {
  readonly method: string;
  readonly path: string;
  readonly bytes: number;
  readonly seed: number;
  readonly chunked?: boolean;
  readonly token?: string;
  /** The client goes away after so many bytes of the body. */
  readonly leaveAfter?: number;
}

type Echo = Readonly<{ path: string; method: string; bytes: number; same: boolean }>;

/** One client that does one thing after the other, each chosen by chance, and checks every answer. */
export class SoakClient {
  readonly #target: Target;
  readonly #random: Random;
  readonly #totals: Totals;
  readonly #name: string;
  #number = 0;
  #agent = new Agent({ keepAlive: true, maxSockets: 1 });

  constructor(name: string, target: Target, random: Random, totals: Totals) {
    this.#name = name;
    this.#target = target;
    this.#random = random;
    this.#totals = totals;
  }

  async run(until: () => boolean): Promise<void> {
    while (!until()) {
      const kind = this.#choose();
      this.#totals.requests += 1;
      this.#totals.kinds[kind] = (this.#totals.kinds[kind] ?? 0) + 1;
      try {
        await bounded(this.#do(kind));
      } catch (error) {
        this.#totals.wrong.push(`${kind}: ${String(error)}`);
        if (this.#totals.wrong.length > 50) return;
      }
    }
    this.#agent.destroy();
  }

  #choose(): Kind {
    const dice = this.#random.next();
    let sum = 0;
    for (const [kind, share] of Object.entries(shares)) {
      sum += share;
      if (dice < sum) return kind as Kind;
    }
    return 'get';
  }

  async #do(kind: Kind): Promise<void> {
    const random = this.#random;
    const seed = random.below(seeds);
    this.#number += 1;
    const id = `${this.#name}-${this.#number}`;
    switch (kind) {
      case 'get':
        return this.#echo({
          method: random.pick(['GET', 'GET', 'HEAD']),
          path: `/echo/${id}`,
          bytes: 0,
          seed,
        });
      case 'post':
        return this.#echo({
          method: 'POST',
          path: `/echo/${id}`,
          bytes: random.below(40_000),
          seed,
          chunked: random.chance(0.3),
        });
      case 'upload': {
        const bytes = random.below(24 << 20);
        return this.#echo({ method: 'PUT', path: `/upload/${id}`, bytes, seed, chunked: random.chance(0.3) });
      }
      case 'download':
        return this.#download(seed, random.below(24 << 20), random.chance(0.3), undefined);
      case 'slowDownload':
        return this.#download(seed, 4 << 20, false, { pauseMs: 20 });
      case 'leaveDownload':
        return this.#download(seed, 24 << 20, random.chance(0.5), { leaveAfter: random.below(2 << 20) });
      case 'leaveUpload':
        return this.#leave({
          method: 'PUT',
          path: `/upload/${id}`,
          bytes: 24 << 20,
          seed,
          leaveAfter: random.below(2 << 20),
        });
      case 'wrongToken':
        return this.#refused(random.pick(['GET', 'POST']));
      case 'newConnection':
        this.#agent.destroy();
        this.#agent = new Agent({ keepAlive: random.chance(0.5), maxSockets: 1 });
        return this.#echo({ method: 'GET', path: `/echo/${id}`, bytes: 0, seed });
    }
  }

  /** Sent, answered with 200, and read at the other side byte by byte as it was sent; 503 is tried again. */
  async #echo(what: Outgoing): Promise<void> {
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const path = `${what.path}-${attempt}`;
      const response = await this.#send({ ...what, path });
      const text = await body(response);
      if (response.statusCode === 503 && what.bytes > 0) {
        this.#totals.retried += 1;
        await sleep(100);
        continue;
      }
      if (response.statusCode !== 200)
        throw new Error(`${what.method} ${what.bytes}: ${response.statusCode ?? 0} ${text}`);
      if (what.method === 'HEAD') return;
      const echo = JSON.parse(text) as Echo;
      if (echo.path !== path || echo.method !== what.method || echo.bytes !== what.bytes || !echo.same) {
        throw new Error(`answer to another request or of other bytes: ${text} for ${JSON.stringify(what)}`);
      }
      return;
    }
    throw new Error(`${what.method} ${what.bytes} was answered 503 five times`);
  }

  async #download(
    seed: number,
    bytes: number,
    chunked: boolean,
    how: { readonly pauseMs?: number; readonly leaveAfter?: number } | undefined,
  ): Promise<void> {
    const path = `/blob?seed=${seed}&bytes=${bytes}${chunked ? '&chunked' : ''}`;
    const response = await this.#send({ method: 'GET', path, bytes: 0, seed });
    if (response.statusCode !== 200) throw new Error(`${response.statusCode ?? 0} ${await body(response)}`);
    let received = 0;
    for await (const chunk of response) {
      if (!matches(seed, received, chunk as Buffer)) throw new Error(`other bytes at ${received} of ${path}`);
      received += (chunk as Buffer).length;
      if (how?.leaveAfter !== undefined && received > how.leaveAfter) {
        response.destroy();
        return;
      }
      if (how?.pauseMs !== undefined) await sleep(how.pauseMs);
    }
    if (received !== bytes) throw new Error(`${received} of ${bytes} bytes of ${path}`);
  }

  async #leave(what: Outgoing): Promise<void> {
    const answered = this.#send(what);
    // Leaving is the point; an early 401 or 503 in a rotation is no fault either.
    await answered.then((response) => response.destroy()).catch(() => undefined);
  }

  async #refused(method: string): Promise<void> {
    const response = await this.#send({
      method,
      path: '/never',
      bytes: method === 'POST' ? 100 : 0,
      seed: 0,
      token: 'wrong',
    });
    const text = await body(response);
    const status = response.statusCode ?? 0;
    if (status < 400 || status > 499) throw new Error(`a wrong token was answered ${status} ${text}`);
  }

  async #send({ method, path, bytes, seed, chunked, token, leaveAfter }: Outgoing): Promise<IncomingMessage> {
    const request = httpRequest({
      agent: this.#agent,
      host: '127.0.0.1',
      port: this.#target.port,
      method,
      path: bytes > 0 ? `${path}?seed=${seed}` : path,
      headers: {
        authorization: `Bearer ${token ?? this.#target.sessionToken}`,
        ...(bytes > 0 && chunked !== true ? { 'content-length': bytes } : {}),
      },
    });
    const response = once(request, 'response') as Promise<[IncomingMessage]>;
    // An early answer does not end the upload, as it does not in Python's client. How it ends shows in the answer.
    if (bytes > 0) pipeline(pieces(seed, bytes, leaveAfter), request).catch(() => undefined);
    else request.end();
    const [message] = await response;
    return message;
  }
}

/** Body `seed`; with `leaveAfter` it breaks off there, which destroys the request that it is piped into. */
function* pieces(seed: number, bytes: number, leaveAfter = Number.POSITIVE_INFINITY): Generator<Buffer> {
  for (let sent = 0; sent < bytes;) {
    if (sent > leaveAfter) throw new Error('the client leaves');
    const next = piece(seed, sent, bytes - sent);
    sent += next.length;
    yield next;
  }
}

/** An action that takes this long hangs. */
const actionBoundMs = 60_000;

async function bounded(action: Promise<void>): Promise<void> {
  const late = Promise.withResolvers<never>();
  const bound = setTimeout(() => late.reject(new Error(`no end after ${actionBoundMs} ms`)), actionBoundMs);
  try {
    await Promise.race([action, late.promise]);
  } finally {
    clearTimeout(bound);
  }
}

async function body(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of response) text += (chunk as Buffer).toString();
  return text;
}

/** How often each is done. */
const shares = {
  get: 0.5,
  post: 0.3,
  upload: 0.02,
  download: 0.02,
  slowDownload: 0.005,
  leaveDownload: 0.02,
  leaveUpload: 0.02,
  wrongToken: 0.05,
  newConnection: 0.065,
} as const;

type Kind = keyof typeof shares;
