import { parseFields } from './header-fields.ts';
import { isBodyFraming } from './header-names.ts';
import { hexDigit } from './hex-digit.ts';
import type { Framing } from './request-head.ts';

/** Finds where a body ends, and hands on what is to be passed. Malformed bytes are never handed on. */
export interface BodyReader {
  readonly isDone: boolean;
  /** Takes bytes from `from` on. Returns where the body's bytes end in this piece, or -1 when it is malformed. */
  read(bytes: Buffer, from: number, pass: (part: Buffer) => void): number;
}

/** `trailers`: fields after the last chunk are refused, as chunk extensions are then, too, or dropped. */
export function bodyReader(framing: Framing, trailers: 'refuse' | 'drop'): BodyReader {
  switch (framing.kind) {
    case 'none':
      return noBody;
    case 'length':
      return new LengthReader(framing.length);
    case 'chunked':
      return new ChunkedReader(trailers);
  }
}

const noBody: BodyReader = {
  isDone: true,
  read: (_bytes, from) => from,
};

/** A body that ends with the connection. */
export const untilClose: BodyReader = {
  isDone: false,
  read: (bytes, from, pass) => {
    if (from < bytes.length) pass(from === 0 ? bytes : bytes.subarray(from));
    return bytes.length;
  },
};

class LengthReader implements BodyReader {
  #left: number;

  constructor(length: number) {
    this.#left = length;
  }

  get isDone(): boolean {
    return this.#left === 0;
  }

  read(bytes: Buffer, from: number, pass: (part: Buffer) => void): number {
    const end = Math.min(bytes.length, from + this.#left);
    if (end === from) return from;
    this.#left -= end - from;
    pass(from === 0 && end === bytes.length ? bytes : bytes.subarray(from, end));
    return end;
  }
}

const CR = 0x0d;
const LF = 0x0a;

type ChunkedState =
  | 'size-first'
  | 'size'
  | 'extension'
  | 'size-lf'
  | 'data'
  | 'data-cr'
  | 'data-lf'
  | 'trailer-start'
  | 'trailer'
  | 'trailer-lf'
  | 'end-lf'
  | 'done';

/** Hexadecimal digits of a chunk's size: beyond them numbers are no longer exact. */
const maxSizeDigits = 12;
/** Of extensions and trailers of one body together. */
const maxExtraBytes = 16_384;

/** Follows chunked coding (RFC 9112, 7.1) and passes it on as it is, so that both sides read the same ends. */
class ChunkedReader implements BodyReader {
  readonly #trailers: 'refuse' | 'drop';
  #state: ChunkedState = 'size-first';
  #size = 0;
  #digits = 0;
  #left = 0;
  #extra = 0;
  /** The line being read, latin-1. */
  #trailer = '';

  constructor(trailers: 'refuse' | 'drop') {
    this.#trailers = trailers;
  }

  get isDone(): boolean {
    return this.#state === 'done';
  }

  read(bytes: Buffer, from: number, pass: (part: Buffer) => void): number {
    let at = from;
    // What is passed on begins here; trailers are left out.
    let start = from;
    while (at < bytes.length && this.#state !== 'done') {
      if (this.#state === 'data') {
        const step = Math.min(this.#left, bytes.length - at);
        this.#left -= step;
        at += step;
        if (this.#left === 0) this.#state = 'data-cr';
        continue;
      }
      const before = this.#state;
      if (!this.#step(bytes[at] ?? 0)) return -1;
      if (before === 'trailer-start' && this.#state === 'trailer' && at > start) {
        pass(bytes.subarray(start, at));
      }
      at += 1;
      if (isTrailer(this.#state, before)) start = at;
    }
    // A CR where a trailer could start can only begin the final CRLF, so it is passed on before its LF has come.
    if (at > start) pass(start === 0 && at === bytes.length ? bytes : bytes.subarray(start, at));
    return at;
  }

  /** One byte outside of data; false when it must not stand here. */
  #step(byte: number): boolean {
    switch (this.#state) {
      case 'size-first':
      case 'size':
        return this.#sizeByte(byte);
      case 'extension':
        if (byte === CR) this.#state = 'size-lf';
        else if (!isFieldByte(byte) || !this.#countExtra()) return false;
        return true;
      case 'size-lf':
        if (byte !== LF) return false;
        this.#left = this.#size;
        this.#state = this.#size === 0 ? 'trailer-start' : 'data';
        this.#size = 0;
        this.#digits = 0;
        return true;
      case 'data-cr':
        this.#state = 'data-lf';
        return byte === CR;
      case 'data-lf':
        this.#state = 'size-first';
        return byte === LF;
      case 'trailer-start':
        if (byte === CR) this.#state = 'end-lf';
        else if (this.#trailers === 'refuse') return false;
        else {
          this.#trailer = String.fromCharCode(byte);
          this.#state = 'trailer';
        }
        return true;
      case 'trailer':
        if (byte === CR) this.#state = 'trailer-lf';
        else if (!this.#countExtra()) return false;
        else this.#trailer += String.fromCharCode(byte);
        return true;
      case 'trailer-lf':
        this.#state = 'trailer-start';
        return byte === LF && isTrailerLine(this.#trailer);
      case 'end-lf':
        this.#state = 'done';
        return byte === LF;
      case 'data':
      case 'done':
        return false;
    }
  }

  #sizeByte(byte: number): boolean {
    const digit = hexDigit(byte);
    if (digit >= 0) {
      if (this.#digits === maxSizeDigits) return false;
      this.#digits += 1;
      this.#size = this.#size * 16 + digit;
      this.#state = 'size';
      return true;
    }
    if (this.#state === 'size-first') return false;
    if (byte === CR) {
      this.#state = 'size-lf';
      return true;
    }
    // Nobody needs extensions, and servers differ in reading them: a client's are refused.
    if (byte !== 0x3b || this.#trailers === 'refuse') return false;
    this.#state = 'extension';
    return true;
  }

  #countExtra(): boolean {
    this.#extra += 1;
    return this.#extra <= maxExtraBytes;
  }
}

/** Whether the byte that took the state from `before` to `now` belongs to a trailer. */
function isTrailer(now: ChunkedState, before: ChunkedState): boolean {
  return now === 'trailer' || now === 'trailer-lf' || before === 'trailer-lf';
}

/** A field that says nothing about where the message ends, which other readers take for an error. */
function isTrailerLine(line: string): boolean {
  const fields = parseFields(`${line}\r\n`, 0);
  return Array.isArray(fields) && !fields.some(({ name }) => isBodyFraming(name));
}

function isFieldByte(byte: number): boolean {
  return byte === 0x09 || (byte >= 0x20 && byte !== 0x7f);
}
