import assert from 'node:assert/strict';
import { runWithoutPasswdEntry, whyNotWithoutPasswdEntry } from '../support/without-passwd-entry.ts';

const code = `
  import { homedir, userInfo } from 'node:os';
  import { userName } from './src/python/user-name.ts';
  import { homeFolder } from './src/vscode/home-folder.ts';

  const codeOf = (ask: () => unknown): string => {
    try {
      return String(ask());
    } catch (error) {
      return (error as NodeJS.ErrnoException).code ?? '';
    }
  };
  console.log(
    JSON.stringify({
      node: [codeOf(() => userInfo().username), codeOf(homedir)],
      ours: [userName(process.env), homeFolder()],
    }),
  );`;

interface Found {
  /** What Node's own functions give, or the code of their error. */
  readonly node: readonly [user: string, home: string];
  readonly ours: readonly [user: string, home: string];
}

describe('a user id without a passwd entry', () => {
  before(function () {
    const reason = whyNotWithoutPasswdEntry();
    if (reason === undefined) return;
    console.log(`    Skipped: ${reason}.`);
    this.skip();
  });

  const found = async (env: Readonly<Record<string, string>>): Promise<Found> =>
    JSON.parse(await runWithoutPasswdEntry(code, env)) as Found;

  it('has neither a name nor a home folder that Node finds, and yet both for us', async () => {
    const { node, ours } = await found({});
    assert.deepEqual(node, ['ERR_SYSTEM_ERROR', 'ERR_SYSTEM_ERROR']);
    const [user, home] = ours;
    assert.equal(user, 'unknown');
    assert.match(home, /^\//);
  });

  it('has the name and the home folder that its environment says', async () => {
    const { ours } = await found({ USER: 'ada', HOME: '/home/of-ada' });
    assert.deepEqual(ours, ['ada', '/home/of-ada']);
  });
});
