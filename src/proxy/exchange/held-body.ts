import { bodyReader, untilClose } from '../http/body-reader.ts';
import type { BodyReader } from '../http/body-reader.ts';
import { decoded } from './content-coding.ts';
import { fieldValue } from '../http/header-fields.ts';
import type { ReadHead } from '../upstream/read-response-head.ts';

/** Of a body that is looked into: more is not held back. */
const maxHeldBytes = 16_384;
const maxTextBytes = 65_536;

/** The beginning of a response that is looked into before the client gets any of it. */
export class HeldBody {
  readonly #read: ReadHead;
  readonly #reader: BodyReader;
  #bytes: Buffer;
  #isMalformed = false;

  /** `bytes` begin with the head, and must stay as they are. */
  constructor(read: ReadHead, bytes: Buffer) {
    this.#read = read;
    const { framing } = read.head;
    this.#reader = framing.kind === 'close' ? untilClose : bodyReader(framing, 'drop');
    this.#bytes = bytes;
    this.#follow(bytes, read.end);
  }

  /** All that came, from the head on. */
  get bytes(): Buffer {
    return this.#bytes;
  }

  /** All of the body is here, or as much of it as is looked into. */
  get isEnough(): boolean {
    return this.#isMalformed || this.#reader.isDone || this.#bytes.length - this.#read.end >= maxHeldBytes;
  }

  add(bytes: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    this.#follow(bytes, 0);
  }

  /** What is in the body, as far as it came; latin-1. `undefined` when its coding is not known. */
  text(): string | undefined {
    const { head, end } = this.#read;
    const raw = this.#bytes.subarray(end, end + maxHeldBytes);
    const body = head.framing.kind === 'chunked' ? withoutChunkSizes(raw) : raw;
    return decoded(body, fieldValue(head, 'content-encoding'), maxTextBytes)?.toString('latin1');
  }

  #follow(bytes: Buffer, from: number): void {
    if (this.#reader.read(bytes, from, () => undefined) === -1) this.#isMalformed = true;
  }
}

/** As far as it goes; whoever relays the body refuses what is malformed. */
function withoutChunkSizes(bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    const size = lineEnd === -1 ? 0 : Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    if (!(size > 0)) break;
    parts.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
  return Buffer.concat(parts);
}
