import assert from 'node:assert/strict';
import { problemResponse } from '../../../src/connection/unavailable-responses.ts';
import { Problem } from '../../../src/problem.ts';
import { responseBytes } from '../../../src/proxy/responses.ts';
import { hostileTexts } from '../../hostile/corpus.ts';

/** What MLflow's client raises, and a terminal or a notebook prints. */
function raised(words: string): string {
  const problem = new Problem({
    code: 'vault.notASecretId',
    message: `It was created at ${words}.`,
    remedy: `Correct ${words}.`,
    retry: 'purge',
  });
  const bytes = responseBytes(problemResponse(problem, { isWorthWaiting: false }), 'GET').toString();
  const { message } = JSON.parse(bytes.slice(bytes.indexOf('\r\n\r\n'))) as { message: string };
  return message;
}

describe('the words of others in what Python raises', () => {
  for (const [name, text] of Object.entries(hostileTexts)) {
    it(`are one line, which no terminal obeys: ${name}`, () => {
      const message = raised(text);
      assert.doesNotMatch(message, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      assert.ok(message.length < 2200, String(message.length));
      assert.match(message, /^MLflow Secrets Auth: It was created at .* \(vault\.notASecretId\)$/);
    });
  }
});
