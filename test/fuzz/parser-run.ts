import { bodyReader } from '../../src/proxy/http/body-reader.ts';
import { isMalformed, parseRequestFields, parseRequestLine } from '../../src/proxy/http/request-head.ts';
import { fill, generate, split } from './generate.ts';
import type { Random } from '../support/random.ts';
import type { ReadRequest } from '../support/servers/reading-server.ts';
import type { NodeReader } from './reading.ts';

/** What the proxy's own parsers make of one request of a client, rebuilt as bytes without any rewriting. */
interface ProxyReading {
  readonly bytes: Buffer;
  readonly complete: boolean;
}

/** The proxy's parsers over one connection's bytes, cut as TCP cut them; ends at the first thing that they refuse. */
function proxyReadings(chunks: readonly Buffer[]): ProxyReading[] {
  const readings: ProxyReading[] = [];
  const rest = [...chunks];
  let pending: Buffer = Buffer.alloc(0);
  for (;;) {
    let end = pending.indexOf('\r\n\r\n');
    while (end < 0 && rest.length > 0) {
      pending = Buffer.concat([pending, rest.shift()!]);
      end = pending.indexOf('\r\n\r\n');
    }
    if (end < 0) return readings;
    const head = pending.toString('latin1', 0, end + 2);
    const lineEnd = head.indexOf('\r\n');
    const line = parseRequestLine(head.slice(0, lineEnd));
    const fields = parseRequestFields(head.slice(lineEnd + 2));
    if (isMalformed(line) || isMalformed(fields)) return readings;
    const parts = [Buffer.from(head, 'latin1'), Buffer.from('\r\n')];
    const body = bodyReader(fields.framing, 'refuse');
    const pass = (part: Buffer): void => void parts.push(Buffer.from(part));
    let at = body.read(pending, end + 4, pass);
    while (at >= 0 && !body.isDone && rest.length > 0) {
      pending = rest.shift()!;
      at = body.read(pending, 0, pass);
    }
    readings.push({ bytes: Buffer.concat(parts), complete: at >= 0 && body.isDone });
    if (at < 0 || !body.isDone) return readings;
    pending = pending.subarray(at);
    if (fields.close) return readings;
  }
}

/** How two of Node's readings differ: of the client's bytes, and of what the proxy read in them. */
function difference(
  client: ReadRequest | undefined,
  forwarded: readonly ReadRequest[],
  complete: boolean,
): string | undefined {
  const [read] = forwarded;
  if (forwarded.length > 1) return 'Node reads more than one request in what the proxy takes for one';
  if (read === undefined)
    return complete ? 'Node reads no request in what the proxy takes for one' : undefined;
  if (client === undefined) return 'Node reads no such request in the client’s bytes';
  if (read.method !== client.method || read.target !== client.target) return 'another method or target';
  if (read.fields.join('\n') !== client.fields.join('\n')) return 'other fields';
  if (complete !== read.complete) return 'another end of the body';
  if (complete && !client.complete) return 'complete where the client’s is not';
  const same = complete
    ? read.body.equals(client.body)
    : client.body.subarray(0, read.body.length).equals(read.body);
  return same ? undefined : 'another body';
}

export interface ParserTotals {
  streams: number;
  /** Requests that the proxy's parsers took, whole or in part. */
  taken: number;
  /** Requests that Node reads whole and the proxy's parsers refuse. */
  stricter: number;
}

/**
 * One batch of generated streams through the proxy's parsers, without sockets, against Node's. Returns the differences,
 * each with its stream; an empty list means that there are none.
 */
export async function parserBatch(
  reader: NodeReader,
  random: Random,
  texts: readonly string[],
  totals: ParserTotals,
): Promise<{ readonly text: string; readonly problem: string }[]> {
  const streams = texts.map((text) => fill(text, 12345));
  const clients = await reader.read(streams.map((bytes) => [bytes]));
  const taken = streams.flatMap((bytes, stream) =>
    proxyReadings(split(random, bytes)).map((reading, index) => ({ ...reading, stream, index })),
  );
  const again = await reader.read(taken.map(({ bytes }) => [bytes]));
  const found: { text: string; problem: string }[] = [];
  taken.forEach(({ stream, index, complete }, position) => {
    const problem = difference(clients[stream]!.requests[index], again[position]!.requests, complete);
    if (problem !== undefined) found.push({ text: texts[stream]!, problem: `request ${index}: ${problem}` });
  });
  totals.streams += streams.length;
  totals.taken += taken.length;
  const whole = clients.reduce(
    (sum, { requests }) => sum + requests.filter(({ complete }) => complete).length,
    0,
  );
  totals.stricter += Math.max(0, whole - taken.filter(({ complete }) => complete).length);
  return found;
}

export function generated(random: Random, count: number, first: number): string[] {
  return Array.from({ length: count }, (_, index) => generate(random, `p${first + index}`));
}
