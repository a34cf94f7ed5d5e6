import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { userName } from '../../../src/python/user-name.ts';

/** What Node throws for a user id without a passwd entry. */
function nobody(): never {
  const error = new Error(
    'A system error occurred: uv_os_get_passwd returned ENOENT (no such file or directory)',
  );
  throw Object.assign(error, { code: 'ERR_SYSTEM_ERROR' });
}

describe('The user name that MLflow writes into runs', () => {
  it('is that of the operating system', () => {
    assert.equal(
      userName({ USER: 'other' }, () => 'ada'),
      'ada',
    );
  });

  it('comes from the environment where the operating system has no name for the user', () => {
    for (const name of ['LOGNAME', 'USER', 'LNAME', 'USERNAME']) {
      assert.equal(userName({ [name]: 'ada' }, nobody), 'ada', name);
    }
    assert.equal(userName({ LOGNAME: '', USER: 'ada' }, nobody), 'ada');
  });

  it('is a fixed word where nobody knows one', () => {
    assert.equal(userName({}, nobody), 'unknown');
  });

  it('hides no other error', () => {
    assert.throws(
      () =>
        userName({ USER: 'ada' }, () => {
          throw new TypeError('a mistake of ours');
        }),
      TypeError,
    );
  });

  it('is found under a user id that has no passwd entry', function () {
    // Only root may become another user.
    if (process.getuid?.() !== 0) this.skip();
    const file = new URL('../../../src/python/user-name.ts', import.meta.url).href;
    const program = `import { userName } from ${JSON.stringify(file)}; process.stdout.write(userName(process.env));`;
    const run = (env: NodeJS.ProcessEnv): string =>
      execFileSync(process.execPath, ['--input-type=module', '--eval', program], {
        env,
        uid: 54_321,
        gid: 54_321,
        encoding: 'utf8',
      });
    assert.equal(run({ USER: 'ada' }), 'ada');
    assert.equal(run({}), 'unknown');
  });
});
