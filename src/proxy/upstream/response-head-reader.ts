import { readResponseHead } from './read-response-head.ts';
import type { ResponseHead } from '../http/response-head.ts';
import type { ProxyResponse } from '../messages.ts';
import type { HeadCache, ReadHead } from './read-response-head.ts';

/** Whose request is responded to; gets each head in its turn. */
export interface HeadReceiver {
  /** The head of a 1xx response, as the client gets it. */
  interimHead(rewritten: Buffer): void;
  /** `bytes` begin with the head; they are valid only until this returns. */
  finalHead(read: ReadHead, bytes: Buffer): void;
  /** What came is no response of the server; `instead`: what is to be said of it, where more is known. */
  unusableHead(instead?: ProxyResponse): void;
}

/** The tracking server, or an HTTP proxy that forwards requests to it. */
export interface HeadSource extends HeadCache {
  /** What the head of that proxy, or of the server's gateway, means; `undefined` for one of the server's. */
  refusalBy(head: ResponseHead, asksForCertificate: boolean): ProxyResponse | undefined;
}

/** Of a head, or of what might become one. */
const maxHeadBytes = 65_536;
/** A server that goes on with 1xx responses is not listened to for ever. */
const maxInterimResponses = 32;

/** Reads the heads of the responses on one connection, in whatever pieces they come. */
export class ResponseHeadReader {
  readonly #server: HeadSource;
  readonly #asksForCertificate: boolean;
  /** The beginning of a head whose end has not come. */
  #partial: Buffer | undefined;
  #interimResponses = 0;

  constructor(server: HeadSource, asksForCertificate = false) {
    this.#server = server;
    this.#asksForCertificate = asksForCertificate;
  }

  /** Takes bytes of the response to a request with this method and `Host`. */
  receive(bytes: Buffer, method: string, host: string, receiver: HeadReceiver): void {
    const partial = this.#partial;
    let rest = partial === undefined ? bytes : Buffer.concat([partial, bytes]);
    for (;;) {
      const read = readResponseHead(rest, this.#server, method, host);
      if (read === 'incomplete') {
        this.#partial = partial === undefined ? Buffer.from(rest) : rest;
        if (rest.length > maxHeadBytes) receiver.unusableHead();
        return;
      }
      this.#partial = undefined;
      if (read === 'malformed') {
        receiver.unusableHead();
        return;
      }
      if (read.head.status >= 200) {
        this.#interimResponses = 0;
        const refusal = this.#server.refusalBy(read.head, this.#asksForCertificate);
        if (refusal === undefined) receiver.finalHead(read, rest);
        else receiver.unusableHead(refusal);
        return;
      }
      this.#interimResponses += 1;
      // 101: we never ask for another protocol.
      if (read.head.status === 101 || this.#interimResponses > maxInterimResponses) {
        receiver.unusableHead();
        return;
      }
      receiver.interimHead(read.rewritten);
      if (read.end === rest.length) return;
      rest = rest.subarray(read.end);
    }
  }
}
