import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { hostname } from 'node:os';
import { promisify } from 'node:util';
import { runsHere } from '../../../src/python/kernel-whereabouts.ts';
import { ensure } from '../../support/setup/parts.mjs';
import { pythons } from './fixture.ts';

const run = promisify(execFile);

describe('A kernel that already runs', function () {
  this.timeout(60_000);
  const python = pythons['3.17.2'];
  const printedBy = async (code: string, id?: number): Promise<string> =>
    (await run(python, ['-c', code], { cwd: '/', ...(id !== undefined && { uid: id, gid: id }) })).stdout;

  before(async () => ensure(['mlflow']));

  it('is seen to run on this machine as this user, and keeps no name of the question', async () => {
    const names = '\nprint([name for name in dir() if "mlflow" in name])';
    assert.equal(await runsHere(async (code) => printedBy(code), hostname()), true);
    assert.match(await printedBy(`${await questionOf(hostname())}${names}`), /^\[\]$/m);
  });

  it('is not, on a machine of another name, or where it says anything else', async () => {
    assert.equal(await runsHere(async (code) => printedBy(code), `not-${hostname()}`), false);
    for (const said of ['', 'here', '\n'])
      assert.equal(await runsHere(async () => Promise.resolve(said), 'any'), false);
  });

  it('is not, as another user of this machine', async function () {
    if (process.getuid?.() !== 0) this.skip();
    // The interpreter of the tests may be where another user cannot enter.
    const asOther = async (code: string): Promise<string> => {
      const file = /_mlflow_secrets_auth\(("[^"]+")/.exec(code)?.[1] ?? '""';
      const { stdout } = await run('cat', [JSON.parse(file) as string], { uid: 54_321, gid: 54_321 }).catch(
        () => ({
          stdout: '',
        }),
      );
      return stdout;
    };
    assert.equal(await runsHere(asOther, hostname()), false);
  });

  it('is told nothing with the question but a file that is gone, and the name of this machine', async () => {
    const [one, two] = [await questionOf('laptop'), await questionOf('laptop')];
    const withoutFile = (code: string): string => code.replace(/"[^"]*mlflow-secrets-auth-kernel-[^"]*"/, '');
    assert.equal(withoutFile(one), withoutFile(two));
    assert.notEqual(one, two);
  });

  async function questionOf(hostName: string): Promise<string> {
    let question = '';
    await runsHere(async (code) => {
      question = code;
      return Promise.resolve('');
    }, hostName);
    return question;
  }
});
