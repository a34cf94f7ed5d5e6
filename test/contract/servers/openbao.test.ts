import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { ensure } from '../../support/setup/parts.mjs';
import { startOpenBao } from '../../support/servers/openbao.ts';
import type { OpenBaoServer } from '../../support/servers/openbao.ts';
import { runFolder } from '../../support/servers/run-folder.ts';

describe('OpenBao, as the tests start it', function () {
  this.timeout(60_000);
  let bao: OpenBaoServer | undefined;
  before(async function () {
    this.timeout(300_000);
    await ensure(['openbao']);
  });
  afterEach(async () => bao?.stop());

  it('returns secrets until it is sealed, and 503 then', async () => {
    bao = await startOpenBao({ folder: await runFolder('bao') });
    await bao.call('POST', 'secret/data/mlflow', { data: { token: 'canary-token' } });
    assert.deepEqual((await bao.call('GET', 'secret/data/mlflow')).data?.['data'], { token: 'canary-token' });
    await bao.seal();
    await assert.rejects(bao.call('GET', 'secret/data/mlflow'), / 503 .*sealed/);
  });

  it('returns 503 while it is not initialised', async () => {
    bao = await startOpenBao({ folder: await runFolder('bao'), uninitialised: true });
    await assert.rejects(bao.call('GET', 'secret/data/mlflow'), / 503 /);
    const status = await fetch(`${bao.address}/v1/sys/seal-status`);
    const { initialized, sealed } = (await status.json()) as Record<string, unknown>;
    assert.deepEqual({ initialized, sealed }, { initialized: false, sealed: true });
  });

  it('is trusted by the authority that it names, and by no other', async () => {
    bao = await startOpenBao({ folder: await runFolder('bao'), tls: true });
    const health = `${bao.address}/v1/sys/health`;
    await assert.rejects(fetch(health), /fetch failed/);
    const sent = request(health, { ca: await readFile(bao.caFile), agent: false }).end();
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    assert.equal(answer.statusCode, 200);
  });
});
