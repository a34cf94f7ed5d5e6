import assert from 'node:assert/strict';
import { chooseTests, readArguments, suiteOf, UsageError } from '../../support/suites/choose-tests.ts';
import { suites, testFiles } from '../../support/suites/suites.ts';

const files = [
  'contract/proxy-fuzz.test.ts',
  'contract/proxy/credential.test.ts',
  'contract/proxy/lists/answers.test.ts',
  'e2e/demo.test.ts',
  'unit/secrets/parse-secret.test.ts',
  'unit/secrets/resolver-machine.test.ts',
  'unit/secrets/resolver.test.ts',
];

/** By name of the suite: the chosen files, or `all`. */
function chosen(...args: string[]): Record<string, unknown> {
  const choices = chooseTests(readArguments(args), suites, files);
  return Object.fromEntries(choices.map((choice) => [choice.suite.name, choice.files ?? 'all']));
}

function complaint(...args: string[]): string {
  try {
    chosen(...args);
  } catch (error) {
    assert.ok(error instanceof UsageError, String(error));
    return error.message;
  }
  throw new Error('they were chosen');
}

describe('what `npm test` is asked for', () => {
  it('is every suite without arguments', () => {
    assert.deepEqual(Object.keys(chosen()), [
      'lint',
      'types',
      'unit',
      'contract',
      'host',
      'hostile',
      'causes',
      'e2e',
      'chaos',
    ]);
    assert.deepEqual([...new Set(Object.values(chosen()))], ['all']);
  });

  it('is the named suites, in their usual order', () => {
    assert.deepEqual(Object.entries(chosen('contract', 'lint')), [
      ['lint', 'all'],
      ['contract', 'all'],
    ]);
  });

  for (const name of [
    'unit/secrets/parse-secret',
    'unit/secrets/parse-secret.test',
    'unit/secrets/parse-secret.test.ts',
    'test/unit/secrets/parse-secret.test.ts',
    './test/unit/secrets/parse-secret',
    'unit\\secrets\\parse-secret',
    'unit/secrets/parse',
  ]) {
    it(`is one file by ${name}`, () => {
      assert.deepEqual(chosen(name), { unit: ['unit/secrets/parse-secret.test.ts'] });
    });
  }

  it('is the file of exactly that name before those whose names begin with it', () => {
    assert.deepEqual(chosen('unit/secrets/resolver'), { unit: ['unit/secrets/resolver.test.ts'] });
    assert.deepEqual(chosen('unit/secrets/res'), {
      unit: ['unit/secrets/resolver-machine.test.ts', 'unit/secrets/resolver.test.ts'],
    });
  });

  it('is a folder with those below it, and no file beside it', () => {
    const expected = {
      contract: ['contract/proxy/credential.test.ts', 'contract/proxy/lists/answers.test.ts'],
    };
    assert.deepEqual(chosen('contract/proxy'), expected);
    assert.deepEqual(chosen('contract/proxy/'), expected);
  });

  it('is each file once, and a whole suite beside a part of it', () => {
    assert.deepEqual(chosen('unit/secrets', 'unit/secrets/resolver')['unit'], files.slice(4));
    assert.deepEqual(chosen('unit/secrets', 'unit'), { unit: 'all' });
    assert.deepEqual(chosen('unit/secrets/resolver', 'contract/proxy-fuzz'), {
      unit: ['unit/secrets/resolver.test.ts'],
      contract: ['contract/proxy-fuzz.test.ts'],
    });
  });

  it('is every suite that has titles when only --grep is given', () => {
    assert.deepEqual(chosen('--grep', 'line break'), {
      unit: 'all',
      causes: 'all',
      contract: 'all',
      hostile: 'all',
      chaos: 'all',
      e2e: 'all',
    });
    assert.deepEqual(chosen('--grep=line break', 'contract'), { contract: 'all' });
    assert.equal(readArguments(['contract', '--grep', 'line break']).grep, 'line break');
  });

  it('is refused with what there is when nothing has that name', () => {
    assert.match(
      complaint('nonsense'),
      /^Nothing below test\/ is called "nonsense"\..*lint, types, unit, contract/s,
    );
    assert.match(
      complaint('unit/secrets/nonsense'),
      /^Nothing below test\/ is called "unit\/secrets\/nonsense"\./,
    );
    assert.match(complaint('unit', 'unit/nonsense'), /"unit\/nonsense"/);
    assert.match(complaint('credential'), /Did you mean contract\/proxy\/credential\?/);
  });

  it('is refused where a suite cannot be divided', () => {
    assert.match(complaint('host/connect'), /^The host suite runs as a whole: npm test -- host/);
    assert.match(complaint('lint/x'), /^The lint suite runs as a whole: npm test -- lint/);
    assert.match(
      complaint('host', '--grep', 'x'),
      /^The host suite runs as a whole, so --grep cannot be used with it/,
    );
    assert.match(complaint('lint', 'unit', '--grep', 'x'), /^The lint suite runs as a whole/);
  });

  it('is refused when an option is unknown or incomplete', () => {
    assert.match(complaint('--watch'), /--watch.*Usage/s);
    assert.match(complaint('--grep'), /--grep.*Usage/s);
    assert.match(complaint('--grep', '('), /^--grep takes a regular expression/);
  });
});

describe('a part of a suite', () => {
  const contract = suites.find(({ name }) => name === 'contract')!;

  it('is given to mocha as its files and words', () => {
    const [choice] = chooseTests(readArguments(['unit/secrets/parse', '--grep', 'a b']), suites, files);
    const [command] = suiteOf(choice!, 'a b').commands;
    assert.deepEqual(command?.slice(-3), ['--grep', 'a b', 'test/unit/secrets/parse-secret.test.ts']);
  });

  it('installs what its own files need', () => {
    const needs = (...chosenFiles: string[]): readonly string[] =>
      suiteOf({ suite: contract, files: chosenFiles }, undefined).needs;
    assert.deepEqual(needs('contract/proxy/credential.test.ts'), []);
    assert.deepEqual(needs('contract/aws/read.test.ts', 'contract/proxy/browser.test.ts'), [
      'moto',
      'chromium',
    ]);
    assert.ok(suiteOf({ suite: contract }, undefined).needs.includes('openbao-ldap'));
  });

  it('has a folder whose needs are known', async () => {
    assert.ok(contract.kind === 'files');
    const known = contract.needs.map(({ below }) => below);
    const unknown = (await testFiles())
      .filter((file) => file.startsWith('contract/'))
      .filter((file) => !known.some((folder) => file.startsWith(folder)));
    assert.deepEqual(unknown, []);
  });
});
