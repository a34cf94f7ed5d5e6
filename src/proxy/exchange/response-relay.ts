import { bodyReader, untilClose } from '../http/body-reader.ts';
import type { BodyReader } from '../http/body-reader.ts';
import { smallPieceBytes } from '../sockets/read-buffer.ts';
import type { ReadHead } from '../upstream/read-response-head.ts';

export interface RelayTarget {
  /** Takes the bytes over. False when the client is slow to take them; `clientDrained` follows. */
  write(bytes: Buffer): boolean;
  /** False as long as the bytes are in use; `clientDrained` follows. */
  writeBorrowed(bytes: Buffer): boolean;
}

/** Where a response comes from. */
interface RelaySource {
  pause(): void;
  resume(): void;
}

/** Where in `bytes` a response ends that is small and has come in one piece, as most do; -1 for others. */
export function endOfWhole({ head: { framing }, end }: ReadHead, bytes: Buffer): number {
  if (framing.kind === 'chunked' || framing.kind === 'close') return -1;
  const length = framing.kind === 'none' ? 0 : framing.length;
  return length <= smallPieceBytes && end + length <= bytes.length ? end + length : -1;
}

/** Such a response as the client gets it, with this head. */
export function wholeResponse(read: ReadHead, bytes: Buffer, end: number, head: Buffer): Buffer {
  const all = Buffer.allocUnsafe(head.length + end - read.end);
  all.set(head);
  bytes.copy(all, head.length, read.end, end);
  return all;
}

/** What becomes of the two connections after the response, and its head as the client gets it. */
export interface AfterResponse {
  readonly head: Buffer;
  readonly closesClient: boolean;
  readonly keepsUpstream: boolean;
}

/** Forwards one response that does not come whole at once. */
export class ResponseRelay {
  readonly after: AfterResponse;
  readonly #target: RelayTarget;
  readonly #source: RelaySource | undefined;
  readonly #body: BodyReader;
  /** Written with the first piece of the body. */
  #head: Buffer | undefined;
  #isHeldBack = false;

  /** `source`: undefined when all of the response has come that ever will. */
  constructor(read: ReadHead, target: RelayTarget, source: RelaySource | undefined, after: AfterResponse) {
    this.after = after;
    this.#target = target;
    this.#source = source;
    this.#head = after.head;
    const { framing } = read.head;
    this.#body = framing.kind === 'close' ? untilClose : bodyReader(framing, 'drop');
  }

  get isDone(): boolean {
    return this.#body.isDone;
  }

  /** The client is slow to take the response: no more of it is read until it has. */
  get isHeldBack(): boolean {
    return this.#isHeldBack;
  }

  get endsWithConnection(): boolean {
    return this.#body === untilClose;
  }

  /** Takes bytes from `from` on; returns where the body's end in this piece, or -1 when they are malformed. */
  receive(bytes: Buffer, from: number): number {
    const end = this.#body.read(bytes, from, this.#pass);
    this.#flushHead();
    return end;
  }

  clientDrained(): void {
    if (!this.#isHeldBack) return;
    this.#isHeldBack = false;
    this.#source?.resume();
  }

  readonly #pass = (part: Buffer): void => {
    let flows: boolean;
    if (part.length > smallPieceBytes) {
      this.#flushHead();
      flows = this.#target.writeBorrowed(part);
    } else {
      const head = this.#head;
      this.#head = undefined;
      flows = this.#target.write(head === undefined ? Buffer.from(part) : Buffer.concat([head, part]));
    }
    if (flows) return;
    this.#isHeldBack = true;
    this.#source?.pause();
  };

  #flushHead(): void {
    const head = this.#head;
    if (head === undefined) return;
    this.#head = undefined;
    this.#target.write(head);
  }
}
