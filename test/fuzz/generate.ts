import type { Random } from '../support/random.ts';
import * as fieldWords from './field-words.ts';
import * as framingWords from './framing-words.ts';
import * as lineWords from './line-words.ts';
import { token } from './token.ts';

interface Words {
  readonly usual: readonly string[];
  readonly odd: readonly string[];
}

/** Mostly right, so that requests get as far as the odd word; `oddity` is the chance of each to be odd. */
export class Speaker {
  readonly random: Random;
  readonly #oddity: number;

  constructor(random: Random, oddity: number) {
    this.random = random;
    this.#oddity = oddity;
  }

  say({ usual, odd }: Words): string {
    return this.random.pick(this.odd() ? odd : usual);
  }

  odd(): boolean {
    return this.random.chance(this.#oddity);
  }
}

const alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789{}":, \r\n';

function content(speaker: Speaker): string {
  const { random } = speaker;
  if (speaker.odd())
    return `GET /smuggled HTTP/1.1\r\nHost: 127.0.0.1:PORT5\r\nAuthorization: Bearer ${token}\r\n\r\n`;
  const length = random.chance(0.05) ? random.below(70_000) : random.below(40);
  return Array.from({ length: Math.min(length, 64) }, () => alphabet[random.below(alphabet.length)])
    .join('')
    .padEnd(length, 'z');
}

export function chunkedBody(speaker: Speaker, body: string): string {
  const { random } = speaker;
  let text = '';
  for (let at = 0; at < body.length;) {
    const size = Math.min(body.length - at, 1 + random.below(body.length));
    const digits = random.chance(0.5) ? size.toString(16) : size.toString(16).toUpperCase();
    text += speaker.say(framingWords.chunkSizes).replace('SIZE', digits) + speaker.say(lineWords.lineEnds);
    text += body.slice(at, at + size) + speaker.say(lineWords.lineEnds);
    at += size;
  }
  text += speaker.say(framingWords.chunkSizes).replace('SIZE', '0') + speaker.say(lineWords.lineEnds);
  if (speaker.odd())
    text +=
      random.pick([...fieldWords.fields.usual, ...fieldWords.fields.odd]) + speaker.say(lineWords.lineEnds);
  return text + speaker.say(lineWords.lineEnds);
}

export function field(speaker: Speaker, name: string, value: string): string {
  return name + speaker.say(framingWords.colons) + value;
}

function request(speaker: Speaker, id: string): string {
  const { random } = speaker;
  const lines: string[] = [];
  const body = random.chance(0.6) ? content(speaker) : '';
  const framing = body === '' ? random.pick(['none', 'none', 'length']) : random.pick(['length', 'chunked']);
  const host = random.pick(['127.0.0.1:PORT5', '127.0.0.1:PORT5', 'localhost:PORT5']);
  if (!speaker.odd()) lines.push(field(speaker, random.chance(0.9) ? 'Host' : 'host', host));
  if (!speaker.odd()) {
    const basic = Buffer.from(`someone:${token}`).toString('base64');
    lines.push(field(speaker, 'Authorization', random.chance(0.8) ? `Bearer ${token}` : `Basic ${basic}`));
  }
  const says = (what: 'length' | 'chunked'): void => {
    if (what === 'length') {
      const value = speaker
        .say(framingWords.lengthValues)
        .replace('N', String(Buffer.byteLength(body, 'latin1')));
      lines.push(field(speaker, speaker.say(framingWords.lengthNames), value));
    } else
      lines.push(
        field(speaker, speaker.say(framingWords.codingNames), speaker.say(framingWords.codingValues)),
      );
  };
  if (framing !== 'none') says(framing === 'chunked' ? 'chunked' : 'length');
  if (speaker.odd()) says(random.pick(['length', 'chunked']));
  for (let extra = random.below(4); extra > 0; extra -= 1) lines.push(speaker.say(fieldWords.fields));
  if (speaker.odd() && random.chance(0.05)) {
    for (let many = 900 + random.below(300); many > 0; many -= 1) lines.push(`X-${many}: y`);
  }
  if (random.chance(0.3)) lines.sort(() => random.next() - 0.5);
  const target = speaker.say(lineWords.targets);
  const marked =
    target.startsWith('/') && random.chance(0.9)
      ? `${target}${target.includes('?') ? '&' : '?'}id=${id}`
      : target;
  const space = (): string => (speaker.odd() ? random.pick(['  ', '\t', '', '\x0b', '\x00', ' \t']) : ' ');
  let text = speaker.odd() ? random.pick(['\r\n', '\n', '\r\n\r\n', '\r', ' ', '\x00', '\ufeff']) : '';
  text +=
    speaker.say(lineWords.methods) +
    space() +
    marked +
    space() +
    speaker.say(lineWords.versions) +
    speaker.say(lineWords.lineEnds);
  for (const line of lines) text += line + speaker.say(lineWords.lineEnds);
  text += speaker.say(lineWords.lineEnds);
  return text + (framing === 'chunked' ? chunkedBody(speaker, body) : body);
}

export function mutate(random: Random, text: string): string {
  const at = random.below(text.length + 1);
  const span = 1 + random.below(random.chance(0.8) ? 4 : 60);
  switch (random.below(6)) {
    case 0:
      return text.slice(0, at) + random.pick(fieldWords.specials) + text.slice(at);
    case 1:
      return text.slice(0, at) + text.slice(at + span);
    case 2:
      return text.slice(0, at) + String.fromCharCode(random.below(256)) + text.slice(at + 1);
    case 3:
      return text.slice(0, at + span) + text.slice(at);
    case 4: {
      const other = random.below(text.length + 1);
      return text.slice(0, at) + text.slice(other, other + span) + text.slice(at);
    }
    default:
      return text.slice(0, at) + random.pick(fieldWords.specials) + text.slice(at + span);
  }
}

/** Five digits, as every port is that the system chooses: putting it in changes no length. */
export function fill(text: string, port: number): Buffer {
  return Buffer.from(text.replaceAll('PORT5', String(port).padStart(5, '0')), 'latin1');
}

/** What a client sends on one connection, before `fill`, as latin1 text: one to three requests, perhaps with an accident or two. */
export function generate(random: Random, id: string): string {
  const oddity = random.pick([0, 0.02, 0.05, 0.05, 0.15]);
  const speaker = new Speaker(random, oddity);
  let text = '';
  for (let count = random.pick([1, 1, 1, 2, 3]); count > 0; count -= 1) text += request(speaker, id);
  if (random.chance(0.3))
    for (let count = 1 + random.below(2); count > 0; count -= 1) text = mutate(random, text);
  return text;
}

/** Where TCP might have cut the bytes: nowhere, anywhere, or at each byte of a short stretch. */
export function split(random: Random, bytes: Buffer): Buffer[] {
  const cuts = new Set<number>();
  switch (random.below(3)) {
    case 0:
      break;
    case 1:
      for (let count = 1 + random.below(4); count > 0; count -= 1) cuts.add(random.below(bytes.length + 1));
      break;
    default: {
      const from = random.below(bytes.length + 1);
      for (let at = from; at < Math.min(from + 20, bytes.length); at += 1) cuts.add(at);
    }
  }
  const sorted = [...cuts, bytes.length].sort((a, b) => a - b);
  const parts: Buffer[] = [];
  let from = 0;
  for (const to of sorted) {
    if (to > from) parts.push(bytes.subarray(from, to));
    from = to;
  }
  return parts;
}
