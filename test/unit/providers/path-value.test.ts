import assert from 'node:assert/strict';
import fc from 'fast-check';
import { originAndPath, withoutTrailingSlashes } from '../../../src/providers/address.ts';
import { pathValueFix, urlPathFix, withoutOuterSlashes } from '../../../src/providers/path-value.ts';
import { cpuMs } from '../../support/cpu-time.ts';

const decodedForms = function* (text: string): Generator<string> {
  for (let value = text, rounds = 0; rounds < 5; rounds += 1) {
    yield value;
    value = value.replace(/%[0-9a-f]{2}/gi, (code) =>
      String.fromCharCode(Number.parseInt(code.slice(1), 16)),
    );
  }
};

const words = fc.constantFrom(
  ...['..', '.', '/', '\\', '%2e', '%2E', '%2f', '%5c', '%25', '%', ';', '?', '#', '\n', 'a', 'é', ' ', '~'],
  ...['\u2025', '\uff0e', '\u2215', '\ud800', '\u200b', 'e\u0301'],
);
const anyText = fc.oneof(
  fc.array(words, { maxLength: 12 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary' }),
);

describe('a value that becomes part of a URL’s path', () => {
  it('stays where it is put, whoever reads it', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        if (pathValueFix(text, { segments: 'many' }) !== undefined) return;
        const path = withoutOuterSlashes(text).split('/').map(encodeURIComponent).join('/');
        const url = new URL(`https://vault.company.com/v1/secret/${path}/end`);
        assert.equal(url.pathname, `/v1/secret/${path}/end`);
        assert.equal(url.search + url.hash, '');
        for (const form of decodedForms(path)) {
          const parts = form.split(/[/\\]/).map((part) => part.split(';')[0]);
          assert.ok(parts.every((part) => part !== '' && part !== '.' && part !== '..'));
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('is one segment where one is asked for', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        if (pathValueFix(text, { segments: 'one' }) === undefined) assert.ok(!text.includes('/'));
      }),
    );
    assert.notEqual(pathValueFix('/ada', { segments: 'one' }), undefined);
  });

  it('may be a name in a Windows domain where one is asked for, and leads nowhere with its backslash', () => {
    const one = { segments: 'one', mayHaveDomain: true } as const;
    for (const name of ['CORP\\ada', 'corp.example\\ada.lovelace', 'ada']) {
      assert.equal(pathValueFix(name, one), undefined, name);
    }
    assert.notEqual(pathValueFix('CORP\\ada', { segments: 'one' }), undefined);
    for (const name of [
      '\\ada',
      'CORP\\',
      '..\\ada',
      'CORP\\..',
      'CORP\\a\\b',
      'CORP\\a/b',
      'CORP\\a%2fb',
      'CORP\\a\nb',
    ]) {
      assert.notEqual(pathValueFix(name, one), undefined, name);
    }
    fc.assert(
      fc.property(anyText, anyText, (domain, name) => {
        const text = `${domain}\\${name}`;
        if (pathValueFix(text, one) !== undefined) return;
        const url = new URL(`https://vault.company.com/v1/auth/ldap/login/${encodeURIComponent(text)}`);
        assert.equal(url.pathname, `/v1/auth/ldap/login/${encodeURIComponent(text)}`);
        for (const form of decodedForms(encodeURIComponent(text))) {
          const parts = form.split(/[/\\]/).map((part) => part.split(';')[0]);
          assert.ok(parts.every((part) => part !== '' && part !== '.' && part !== '..'));
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('is told which character is in the way', () => {
    assert.equal(pathValueFix('a?b', { segments: 'many' }), 'Remove the character "?".');
    assert.equal(pathValueFix('a\u202eb', { segments: 'many' }), 'Remove the character U+202E.');
    assert.equal(pathValueFix('ä', { segments: 'many', asciiOnly: true }), 'Remove the character "ä".');
  });

  it('is told how to enter letters that have two forms', () => {
    assert.equal(pathValueFix('e\u0301t\u00e9', { segments: 'many' }), 'Enter it as "\u00e9t\u00e9".');
  });

  it('may be what paths mostly are', () => {
    for (const text of [
      'secret/mlflow',
      '/kv/data/Team A/x-1_y.z',
      'Zürich/東京',
      "o'brien@company.com",
      'a..b/.c',
    ]) {
      assert.equal(pathValueFix(text, { segments: 'many' }), undefined, text);
    }
  });
});

describe('the path of an address', () => {
  it('may have ordinary encoded characters, and none that hide something', () => {
    for (const path of ['', '/', '/mlflow', '/ml%20flow', '/m%C3%BCnchen'])
      assert.equal(urlPathFix(path), undefined);
    for (const path of ['/%252e%252e/x', '/a%2fb', '/a%5Cb', '/a//b', '/a;b', '/a%3b', '/%FF', '/a%00']) {
      assert.notEqual(urlPathFix(path), undefined, path);
    }
  });

  it('is refused where it could lead elsewhere', () => {
    assert.equal(originAndPath('https://a.example/x/', ['https:']), 'https://a.example/x');
    assert.equal(originAndPath('https://a.example/x/%252e%252e/', ['https:']), undefined);
    assert.equal(originAndPath('https://u@a.example/', ['https:']), undefined);
  });

  it('is read in time that grows with its length only', () => {
    const slashes = '/'.repeat(400_000);
    const spent = cpuMs(() => {
      assert.equal(withoutTrailingSlashes(`${slashes}x`).length, 400_001);
      assert.equal(withoutTrailingSlashes(slashes), '');
      originAndPath(`https://a.example${slashes}x`, ['https:']);
    });
    assert.ok(spent < 2000, `${spent} ms`);
  });
});
