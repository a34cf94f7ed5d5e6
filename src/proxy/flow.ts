import type { Writable } from 'node:stream';

/**
 * Writes, and says whether more may follow at once. A large piece that the kernel took whole is no reason to wait,
 * though the stream says so of every piece of its high-water mark's size.
 */
export function writeFlowing(stream: Writable, bytes: Buffer): boolean {
  return stream.write(bytes) || stream.writableLength === 0;
}
