import assert from 'node:assert/strict';
import { folderForCommands, isPlainCommand } from '../../../../src/vscode/sinks/plain-command.ts';
import { hostileTexts } from '../../../hostile/corpus.ts';

describe('A command that a button runs', () => {
  it('is one that every shell reads the same', () => {
    for (const command of [
      'aws configure',
      'aws sso login --profile ml-team',
      'az login --tenant 8a1c2b3d-0000-4000-8000-000000000000',
      'az login --tenant company.onmicrosoft.com',
    ]) {
      assert.ok(isPlainCommand(command), command);
    }
  });

  it('holds no words of others but plain ones', () => {
    const values = [
      'a b;c',
      '$(x)',
      '`x`',
      'a"b',
      "a'b",
      'a\nb',
      'a|b',
      'a&b',
      'a>b',
      '%PATH%',
      'a^b',
      'a\\b',
      '~',
      '!x',
      '*',
    ];
    // Words without any mark are words to a shell, too; that a name is one word is for who writes the command.
    const others = Object.values(hostileTexts).filter((text) => /[^\w :.-]/.test(text));
    for (const value of [...values, ...others]) {
      assert.ok(!isPlainCommand(`aws sso login --profile ${value}`), value.slice(0, 100));
    }
    assert.ok(!isPlainCommand(`aws sso login --profile ${'x'.repeat(1000)}`));
    assert.ok(!isPlainCommand(''));
    assert.ok(!isPlainCommand('./aws sso login'));
  });

  it('does not run in the window’s folder where a shell takes programs from there, such as an aws.bat', () => {
    assert.equal(folderForCommands('win32', String.raw`C:\Users\me`), String.raw`C:\Users\me`);
    for (const platform of ['linux', 'darwin'] as const) {
      assert.equal(folderForCommands(platform, '/home/me'), undefined);
    }
  });
});
