import assert from 'node:assert/strict';
import { exportSentences, readBundle } from '../packaging/l10n.mjs';

describe('The bundle of sentences for translators', () => {
  it('holds every sentence of the code; `npm run format` exports them', async () => {
    assert.equal(await readBundle(), await exportSentences());
  });
});
