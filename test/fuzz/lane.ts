import { setImmediate as turn } from 'node:timers/promises';
import { ProxyProcess } from '../support/proxy-process/proxy-process.ts';
import { converse, type Conversation } from './client.ts';
import { differences, type Expectation } from './judge.ts';
import type { ReadRequest } from '../support/servers/reading-server.ts';
import { NodeReader } from './reading.ts';
import type { Reading } from './reading.ts';
import { fingerprint, FingerprintingUpstream } from './fingerprinting-upstream.ts';
import { fill } from './generate.ts';
import { token } from './token.ts';

export const injected = 'Bearer canary-fuzz-upstream-credential-0123456789';

/** What one case showed. */
export interface CaseResult {
  /** Any is a fault of the proxy. */
  readonly faults: readonly string[];
  readonly forwarded: number;
  /** Requests that Node reads whole and that the proxy did not pass on. */
  readonly refused: number;
  /** The proxy neither answered nor closed within the bound, although Node reads a whole request or an error. */
  readonly stalled: boolean;
}

const boundMs = 1500;
const maxPrevious = 30;

/** One proxy as shipped between a raw client and a recording upstream, and what to hold it against. */
export class Lane {
  readonly #proxy: ProxyProcess;
  readonly #upstream: FingerprintingUpstream;
  readonly #reader = new NodeReader();
  readonly #expectation: Expectation;
  /** Of the cases before: a request of theirs may arrive late. */
  #previous: readonly ReadRequest[] = [];

  private constructor(proxy: ProxyProcess, upstream: FingerprintingUpstream) {
    this.#proxy = proxy;
    this.#upstream = upstream;
    this.#expectation = { proxyPort: proxy.port, upstreamAuthority: upstream.authority, injected };
  }

  static async start(bundle: string): Promise<Lane> {
    const upstream = await FingerprintingUpstream.start();
    const { port } = upstream;
    const options = { bundle, server: { port }, sessionToken: token, authorization: injected };
    return new Lane(await ProxyProcess.start(options), upstream);
  }

  /** Sends `text` (see `generate`) through the proxy, cut by `cut`, and judges what came out on the other side. */
  async run(text: string, cut: (bytes: Buffer) => readonly Buffer[]): Promise<CaseResult> {
    const bytes = fill(text, this.#proxy.port);
    const [reading] = (await this.#reader.read([[bytes]])) as [Reading];
    const whole = reading.requests.filter(({ complete }) => complete).length;
    const endsInError = reading.error !== undefined;
    const conversation = await converse(
      this.#proxy.port,
      cut(bytes),
      reading.requests.map(({ method }) => method),
      { enough: (answers) => answers.length >= whole && !endsInError, endsInError, boundMs },
    );
    const bound = performance.now() + boundMs;
    do await turn();
    while (!this.#upstream.idle && performance.now() < bound);
    return this.#judge(reading, conversation, whole);
  }

  #judge(reading: Reading, conversation: Conversation, whole: number): CaseResult {
    const { requests, errors } = this.#upstream.take();
    const faults = errors.map((code) => `Node cannot read what was forwarded: ${code}`);
    if (conversation.garbled) faults.push('the client was sent bytes that are no answer');
    const candidates = [...this.#previous, ...reading.requests];
    let from = 0;
    for (const forwarded of requests) {
      const all = candidates.map((client) => differences(forwarded, client, this.#expectation));
      const found = all.findIndex((list, index) => index >= from && list.length === 0);
      if (found >= 0) from = found + 1;
      else {
        const nearest = all.slice(this.#previous.length).sort((a, b) => a.length - b.length)[0];
        faults.push(
          nearest === undefined
            ? `forwarded where Node reads no request: ${forwarded.method} ${forwarded.target}`
            : nearest.join('; '),
        );
      }
    }
    // An answer of the upstream must be the one to the request at the same place.
    const prints = requests.filter(({ complete }) => complete).map(fingerprint);
    conversation.answers.forEach((answer, index) => {
      const asked = reading.requests[index];
      if (answer.fingerprint === undefined) return;
      if (
        asked === undefined ||
        fingerprint(asked) !== answer.fingerprint ||
        !prints.includes(answer.fingerprint)
      ) {
        faults.push(`answer ${index} is not the one to request ${index}`);
      }
    });
    this.#previous = [...this.#previous, ...reading.requests].slice(-maxPrevious);
    const answered = conversation.answers.length >= whole || conversation.closed;
    const stalled = !answered || (reading.error !== undefined && !conversation.closed);
    return { faults, forwarded: requests.length, refused: Math.max(0, whole - requests.length), stalled };
  }

  async stop(): Promise<void> {
    await this.#proxy.stop();
    await this.#upstream.close();
  }
}
