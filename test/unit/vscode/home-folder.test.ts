import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { homeFolder } from '../../../src/vscode/home-folder.ts';

describe('The home folder', () => {
  it('is that of the user', () => {
    assert.equal(
      homeFolder(() => '/home/ada'),
      '/home/ada',
    );
  });

  it('hides no other error than that there is none', () => {
    assert.throws(
      () =>
        homeFolder(() => {
          throw new TypeError('a mistake of ours');
        }),
      TypeError,
    );
  });

  it('is the root for a user id that has neither HOME nor a passwd entry, as in containers', function () {
    // Only root may become another user.
    if (process.getuid?.() !== 0) this.skip();
    const file = new URL('../../../src/vscode/home-folder.ts', import.meta.url).href;
    const program = `import { homeFolder } from ${JSON.stringify(file)}; process.stdout.write(homeFolder());`;
    const run = (env: NodeJS.ProcessEnv): string =>
      execFileSync(process.execPath, ['--input-type=module', '--eval', program], {
        env,
        uid: 54_321,
        gid: 54_321,
        encoding: 'utf8',
      });
    assert.equal(run({}), '/');
    assert.equal(run({ HOME: '/tmp/ada' }), '/tmp/ada');
  });
});
