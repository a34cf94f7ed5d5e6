import * as framingWords from './framing-words.ts';
import { chunkedBody, field, mutate, Speaker } from './generate.ts';
import * as lineWords from './line-words.ts';
import type { Random } from '../support/random.ts';
import * as words from './response-words.ts';

const interims = [
  'HTTP/1.1 100 Continue\r\n\r\n',
  'HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n',
  'HTTP/1.1 102 X\r\n\r\n',
];

function response(speaker: Speaker): string {
  const { random } = speaker;
  const lines: string[] = [];
  const body = random.chance(0.7)
    ? 'r'.repeat(random.chance(0.05) ? random.below(70_000) : random.below(40))
    : '';
  const framing = random.pick(['length', 'length', 'chunked', 'close']);
  const says = (what: string): void => {
    if (what === 'length') {
      const value = speaker.say(framingWords.lengthValues).replace('N', String(body.length));
      lines.push(field(speaker, speaker.say(framingWords.lengthNames), value));
    } else {
      lines.push(
        field(speaker, speaker.say(framingWords.codingNames), speaker.say(framingWords.codingValues)),
      );
    }
  };
  if (framing !== 'close') says(framing);
  if (speaker.odd()) says(random.pick(['length', 'chunked']));
  for (let extra = random.below(4); extra > 0; extra -= 1) lines.push(speaker.say(words.responseFields));
  if (random.chance(0.3)) lines.sort(() => random.next() - 0.5);
  let text = speaker.odd() ? random.pick(interims).repeat(1 + random.below(3)) : '';
  text += speaker.say(words.statusLines) + speaker.say(lineWords.lineEnds);
  for (const line of lines) text += line + speaker.say(lineWords.lineEnds);
  text += speaker.say(lineWords.lineEnds);
  return text + (framing === 'chunked' ? chunkedBody(speaker, body) : body);
}

/** What a tracking server sends for one request, as latin1 text: one response, perhaps with an accident or something behind it. */
export function generateResponse(random: Random): string {
  const speaker = new Speaker(random, random.pick([0, 0.02, 0.05, 0.05, 0.15]));
  let text = response(speaker);
  if (speaker.odd()) text += random.pick(words.leftovers);
  if (random.chance(0.3))
    for (let count = 1 + random.below(2); count > 0; count -= 1) text = mutate(random, text);
  return text;
}
