import assert from 'node:assert/strict';
import { signInPage } from '../../../../src/proxy/exchange/sign-in.ts';
import { cpuMs } from '../../../support/cpu-time.ts';

describe('A page that may be a sign-in', () => {
  for (const page of [
    '<html><title class="x">Sign in to Example</title>',
    `<form ACTION = "https://idp.example/${'a'.repeat(200)}/oauth2/authorize?x">`,
    '<meta http-equiv=refresh content="0; url=/oauth2/start">',
    '<input type = "password">',
  ]) {
    it(`is one: ${page.slice(0, 40)}`, () => {
      assert.equal(signInPage(page)?.form, 'page');
    });
  }

  it('is none where it only links to a log', () => {
    assert.equal(signInPage('<title>MLflow</title><a href="/logs">'), undefined);
  });

  /** What a server can fill a page with, so that each place may be the beginning of a sign-in. */
  for (const unit of ['<title', '<title>', 'url=', 'url=/', 'location=/oauth', 'action="', 'url ', 'type=']) {
    it(`is judged in little time, whatever it is made of: ${unit}`, () => {
      const page = unit.repeat(60_000 / unit.length);
      const spent = cpuMs(() => {
        signInPage(page);
        signInPage(unit.repeat(1_000_000 / unit.length));
      });
      assert.ok(spent < 2000, `${spent} ms`);
    });
  }
});
