import type { Writable } from 'node:stream';

/**
 * Writes, and says whether more may follow at once. A large piece that the kernel took whole is no reason to wait,
 * though the stream says so of every piece of its high-water mark's size.
 */
export function writeFlowing(stream: Writable, bytes: Buffer): boolean {
  return stream.write(bytes) || isFlushed(stream);
}

/** Writes bytes that are only lent. False as long as they are in use; `onFlushed` is called then. */
export function writeBorrowed(stream: Writable, bytes: Buffer, onFlushed: () => void): boolean {
  stream.write(bytes, onFlushed);
  return isFlushed(stream);
}

/** Everything that was written is with the kernel. */
export function isFlushed(stream: Writable): boolean {
  return stream.writableLength === 0;
}

/** Of responses that a client has not taken yet: before it has, its next request is not begun. */
const maxUnreadResponseBytes = 65_536;

/** The client sends requests and does not take the responses. */
export function isBehind(stream: Writable): boolean {
  return stream.writableLength > maxUnreadResponseBytes;
}
