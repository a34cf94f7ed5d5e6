import type { Readable } from 'node:stream';
import type { Bootstrap } from '../control/control-messages.ts';

const timeoutMs = 5000;
const maxBytes = 1_000_000;

/** Reads all of the input. Rejects when it does not end in time: nobody is left who would attach. */
export async function readBootstrap(input: Readable): Promise<Bootstrap> {
  const chunks: Buffer[] = [];
  let length = 0;
  const timer = setTimeout(() => input.destroy(new Error('late')), timeoutMs);
  try {
    for await (const chunk of input as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > maxBytes) throw new Error('too long');
    }
  } finally {
    clearTimeout(timer);
  }
  return JSON.parse(Buffer.concat(chunks).toString('utf8')) as Bootstrap;
}
