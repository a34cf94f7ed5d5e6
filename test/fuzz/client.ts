import { connect } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';

export interface Answer {
  readonly status: number;
  readonly fingerprint: string | undefined;
}

export interface Conversation {
  readonly answers: readonly Answer[];
  /** The proxy ended the connection. */
  readonly closed: boolean;
  /** Bytes came that are no answer. */
  readonly garbled: boolean;
}

export interface ConversationEnd {
  readonly enough: (answers: readonly Answer[]) => boolean;
  readonly endsInError: boolean;
  readonly boundMs: number;
}

/** Reads answers as RFC 9112 frames them by length; the proxy and the recording upstream send no other kind. */
class AnswerReader {
  readonly answers: Answer[] = [];
  garbled = false;
  readonly #methods: readonly string[];
  #rest = '';

  constructor(methods: readonly string[]) {
    this.#methods = methods;
  }

  push(bytes: Buffer): void {
    this.#rest += bytes.toString('latin1');
    while (this.#next());
  }

  #next(): boolean {
    const end = this.#rest.indexOf('\r\n\r\n');
    if (end < 0) return false;
    const head = this.#rest.slice(0, end);
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? Number.NaN);
    if (Number.isNaN(status)) {
      this.garbled = true;
      this.#rest = '';
      return false;
    }
    const interim = status < 200;
    const bodiless =
      interim || status === 204 || status === 304 || this.#methods[this.answers.length] === 'HEAD';
    const length = bodiless ? 0 : Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
    if (this.#rest.length < end + 4 + length) return false;
    this.#rest = this.#rest.slice(end + 4 + length);
    if (!interim) this.answers.push({ status, fingerprint: /\r\nx-fingerprint: *(\w+)/i.exec(head)?.[1] });
    return true;
  }
}

/** So long nothing comes before the client ends its side. */
const quietMs = 25;

/**
 * Sends `chunks` one by one and reads answers until `enough` says so, the proxy closes, or `boundMs` have passed. With
 * `endsInError` the proxy may be waiting for the rest of a head that can only be refused, so the client ends its side when
 * nothing comes any more. `methods` are those of the requests as Node reads them: an answer to HEAD has no body.
 */
export async function converse(
  port: number,
  chunks: readonly Buffer[],
  methods: readonly string[],
  { enough, endsInError, boundMs }: ConversationEnd,
): Promise<Conversation> {
  const reader = new AnswerReader(methods);
  const done = Promise.withResolvers<boolean>();
  const bound = setTimeout(() => done.resolve(false), boundMs);
  let quiet: NodeJS.Timeout | undefined;
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  socket.on('data', (bytes: Buffer) => {
    reader.push(bytes);
    quiet?.refresh();
    if (sent && enough(reader.answers)) done.resolve(false);
  });
  socket.on('error', () => done.resolve(true));
  socket.on('close', () => done.resolve(true));
  let sent = false;
  for (const chunk of chunks) {
    socket.write(chunk);
    if (chunks.length > 1) await turn();
  }
  sent = true;
  if (endsInError) quiet = setTimeout(() => socket.end(), quietMs);
  if (enough(reader.answers)) done.resolve(false);
  const closed = await done.promise;
  clearTimeout(bound);
  clearTimeout(quiet);
  socket.destroy();
  return { answers: reader.answers, closed, garbled: reader.garbled };
}
