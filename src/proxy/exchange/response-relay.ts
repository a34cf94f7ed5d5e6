import { bodyReader, untilClose } from '../http/body-reader.ts';
import type { BodyReader } from '../http/body-reader.ts';
import { smallPiece } from '../sockets/read-buffer.ts';
import type { ReadHead } from '../upstream/read-response-head.ts';

export interface RelayTarget {
  /** Takes the bytes over. False when the client is slow to take them; it says when it has. */
  write(bytes: Buffer): boolean;
  /** False as long as the bytes are in use; the client says when they are not. */
  writeBorrowed(bytes: Buffer): boolean;
}

/** Where in `bytes` a response ends that is small and has come in one piece, as most do; -1 for others. */
export function endOfWhole({ head: { framing }, end }: ReadHead, bytes: Buffer): number {
  if (framing.kind === 'chunked' || framing.kind === 'close') return -1;
  const length = framing.kind === 'none' ? 0 : framing.length;
  return length <= smallPiece && end + length <= bytes.length ? end + length : -1;
}

/** Such a response as the client gets it. */
export function wholeResponse(read: ReadHead, bytes: Buffer, end: number, closing: boolean): Buffer {
  const head = closing ? read.closing : read.kept;
  const all = Buffer.allocUnsafe(head.length + end - read.end);
  all.set(head);
  if (end > read.end) all.set(bytes.subarray(read.end, end), head.length);
  return all;
}

/** Passes one response on. */
export class ResponseRelay {
  readonly #target: RelayTarget;
  readonly #body: BodyReader;
  readonly #onSlow: () => void;
  /** Written with the first piece of the body. */
  #head: Buffer | undefined;

  /** `closing`: the connection ends after this response. `onSlow`: no more is to be read until the client has it. */
  constructor(
    target: RelayTarget,
    read: ReadHead,
    { closing, onSlow }: { readonly closing: boolean; readonly onSlow: () => void },
  ) {
    this.#target = target;
    this.#onSlow = onSlow;
    this.#head = closing ? read.closing : read.kept;
    const { framing } = read.head;
    this.#body = framing.kind === 'close' ? untilClose : bodyReader(framing, 'drop');
  }

  get isDone(): boolean {
    return this.#body.isDone;
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

  readonly #pass = (part: Buffer): void => {
    let flows: boolean;
    if (part.length > smallPiece) {
      this.#flushHead();
      flows = this.#target.writeBorrowed(part);
    } else {
      const head = this.#head;
      this.#head = undefined;
      flows = this.#target.write(head === undefined ? Buffer.from(part) : Buffer.concat([head, part]));
    }
    if (!flows) this.#onSlow();
  };

  #flushHead(): void {
    const head = this.#head;
    if (head === undefined) return;
    this.#head = undefined;
    this.#target.write(head);
  }
}
