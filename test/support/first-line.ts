import { on } from 'node:events';
import type { Readable } from 'node:stream';

/** A program may write a line in pieces: Python does with `PYTHONUNBUFFERED`. Throws where its output ends before. */
export async function firstLine(output: Readable): Promise<string> {
  let text = '';
  for await (const [bytes] of on(output, 'data', { close: ['end'] }) as AsyncIterable<[Buffer]>) {
    text += bytes.toString();
    const end = text.indexOf('\n');
    if (end >= 0) return text.slice(0, end);
  }
  throw new Error(`The program ended after "${text}".`);
}
