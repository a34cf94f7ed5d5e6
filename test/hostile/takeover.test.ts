import assert from 'node:assert/strict';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runFolder } from '../support/servers/run-folder.ts';
import { logOf } from './log-lines.ts';
import { connectHome, storedHome } from './play.ts';
import type { Home } from './play.ts';
import { startJob, startProgram } from './program.ts';
import type { Program } from './program.ts';
import { stolen } from './scene.ts';
import { setStage } from './stage.ts';
import type { Stage } from './stage.ts';
import type { Look } from './window.ts';

/** Nothing else may be sent to whoever has the port. */
const onlyProofs =
  /^(?:GET \/\.mlflow-secrets-auth\/proof\?nonce=[\w-]+ HTTP\/1\.1\r\n(?:[\w-]+: [\w.:, -]*\r\n)*\r\n)+$/;

const portOf = ({ uri }: Look): number => Number(new URL(uri).port);

/** Another program takes the port that terminals and kernels know, as any program of this machine can. */
describe('The local address, when another program takes it', function () {
  this.timeout(3 * 60_000);
  let folder: string;
  let stage: Stage;
  let home: Home;
  let record: string;
  const programs: Program[] = [];

  before(async () => {
    folder = await runFolder('takeover');
    await mkdir(join(folder, 'rightful-secrets'));
    record = join(folder, 'rightful-secrets', 'record');
    stage = await setStage(folder);
    await stage.trustEverything();
    home = await connectHome(
      stage,
      join(folder, 'project'),
      storedHome(stage, { 'mlflowSecretsAuth.proxy.port': stage.addresses.attackerPort }),
    );
  });

  afterEach(async () => {
    for (const program of programs.splice(0)) await program.stop();
  });

  after(async () => stage.stop());

  const thiefOf = (port: number): Program => {
    const thief = startProgram('thief.py', [String(port), record]);
    programs.push(thief);
    return thief;
  };

  const jobIn = async (environment: NodeJS.ProcessEnv): Promise<Program> => {
    const job = startJob(environment);
    programs.push(job);
    await job.says(/^sent/);
    return job;
  };

  it('is not the port that the workspace names', () => {
    assert.notEqual(portOf(home.look), stage.addresses.attackerPort);
  });

  it('sees of a running job no session token and no data, after the window was closed', async () => {
    const job = await jobIn(await home.window.environment());
    const thief = thiefOf(portOf(home.look));
    const bound = thief.says(/^bound/);
    const error = job.says(/^error .*another program listens at /);
    await stage.close();
    await bound;
    await error;
    const bytes = await readFile(record);
    assert.deepEqual(stolen(bytes, [...stage.tokens]), []);
    assert.match(bytes.toString('latin1'), onlyProofs);

    const look = await (await stage.open(home.folder)).connected();
    assert.notEqual(portOf(look), portOf(home.look));
    assert.notEqual(look.token, home.look.token);
    const said = `Port ${portOf(home.look)} is in use by `;
    await until(async () =>
      new RegExp(`${said}[^ ]+ \\(process ${thief.pid}\\)`).test(await logOf(stage.logFolder)),
    );
    assert.equal(await status(look, home.look.token), 401);
    assert.equal(await status(look, look.token), 200);
  });

  it('sees none after the extension host died, and was slower to come back', async () => {
    const window = await stage.open(home.folder);
    const before = await window.connected();
    const job = await jobIn(await window.environment());
    const thief = thiefOf(portOf(before));
    const bound = thief.says(/^bound/);
    const error = job.says(/^error .*another program listens at /);
    const again = stage.expect(home.folder);
    await window.die();
    await bound;
    await error;
    const look = await (await again).connected();
    const bytes = await readFile(record);
    assert.deepEqual(stolen(bytes, [before.token, look.token]), []);
    assert.match(bytes.toString('latin1'), onlyProofs);
    assert.notEqual(look.token, before.token);
    assert.equal(await status(look, before.token), 401);
  });

  it('sees of a job without the interception package a token that opens nothing afterwards', async () => {
    const window = await stage.open(home.folder);
    const before = await window.connected();
    const variables = await window.environment();
    const job = await jobIn({ ...variables, MLFLOW_TRACKING_AUTH: '', PYTHONPATH: '' });
    const bound = thiefOf(portOf(before)).says(/^bound/);
    await stage.close();
    await bound;
    await job.says(/^sent/);
    // The limit that the threat model states.
    const basic = Buffer.from(`${variables['MLFLOW_TRACKING_USERNAME'] ?? ''}:${before.token}`).toString(
      'base64',
    );
    await until(async () => (await readFile(record, 'latin1')).includes(basic));
    const look = await (await stage.open(home.folder)).connected();
    assert.notEqual(look.token, before.token);
    assert.equal(await status(look, before.token), 401);
  });
});

async function status({ uri }: Look, token: string): Promise<number> {
  const response = await fetch(`${uri}/api/2.0/mlflow/experiments/search`, {
    headers: { authorization: `Bearer ${token}` },
  });
  await response.text();
  return response.status;
}

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await sleep(50);
}
