import assert from 'node:assert/strict';
import { wentOnText } from '../../../src/connection/went-on.ts';

describe('What a proxy did while no window was there', () => {
  it('is told with numbers as the language of the words writes them', () => {
    const wentOn = { type: 'wentOn', requests: 1_234_567, refreshes: 12_345, log: [] } as const;
    const text = (language: string): string =>
      wentOnText({ ...wentOn, forMs: 61_000, wasKept: true, state: undefined }, language);
    assert.equal(text('en'), 'kept 1 min, 1,234,567 requests, 12,345 refreshes');
    assert.equal(text('de'), 'kept 1 min, 1.234.567 requests, 12.345 refreshes');
    assert.equal(text('zh-cn'), 'kept 1 min, 1,234,567 requests, 12,345 refreshes');
  });
});
