import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runFolder } from '../../support/servers/run-folder.ts';
import { Bootstrap, uniquePath, vaultFixture } from './fixture.ts';

const utf16 = (text: string): Buffer => Buffer.from(`\ufeff${text}`, 'utf16le');

describe('~/.vault-token, by whatever it was written,', () => {
  const { bao, read, problemOf, tokenWith } = vaultFixture();
  const path = uniquePath();
  const configuration = { path: `secret/${path}` };
  let home = '';
  let token = '';

  before(async () => {
    await bao.call('POST', `secret/data/${path}`, { data: { token: 'canary-value' } });
    token = await tokenWith(`path "secret/data/${path}" { capabilities = ["read"] }`);
    home = await runFolder('rightful-secret-home');
  });

  const write = async (bytes: string | Buffer): Promise<void> => writeFile(join(home, '.vault-token'), bytes);
  const options = (environment: Readonly<Record<string, string>> = {}): Parameters<typeof read>[0] => ({
    configuration,
    bootstrap: new Bootstrap(),
    context: { homeFolder: home, environment },
  });

  const readable: readonly (readonly [what: string, bytes: (token: string) => string | Buffer])[] = [
    ['with the line ends of Windows', (text) => `${text}\r\n`],
    ['as UTF-8 with a byte order mark', (text) => `\ufeff${text}\n`],
    ['as UTF-16, as PowerShell writes it with ">"', (text) => utf16(`${text}\r\n`)],
    ['as UTF-16, the high byte first', (text) => utf16(`${text}\n`).swap16()],
  ];
  for (const [what, bytes] of readable) {
    it(`is read ${what}`, async () => {
      await write(bytes(token));
      assert.equal((await read(options())).text, '{"token":"canary-value"}');
    });
  }

  const unusable: readonly (readonly [what: string, bytes: (token: string) => string | Buffer])[] = [
    ['in quotes', (text) => `"${text}"\n`],
    ['with a second line', (text) => `${text}\n${text}\n`],
    ['in an encoding without a mark', (text) => utf16(text).subarray(2)],
  ];
  for (const [what, bytes] of unusable) {
    it(`is no token ${what}, rather than one that has expired`, async () => {
      await write(bytes(token));
      const { code, message, retry } = await problemOf(options());
      assert.deepEqual([code, retry], ['vault.tokenFile', 'automatic']);
      assert.match(message, /^Nothing was sent to Vault: the token in ~\/\.vault-token is in quotes, or /);
    });
  }

  it('has nothing in it where it is empty', async () => {
    await write('\n');
    assert.equal((await problemOf(options())).code, 'vault.missingCredential');
  });

  it('is not blamed for what is in VAULT_TOKEN', async () => {
    await write(token);
    const { code, message } = await problemOf(options({ VAULT_TOKEN: `'${token}'` }));
    assert.equal(code, 'vault.tokenFile');
    assert.match(message, /the token in VAULT_TOKEN/);
  });
});
