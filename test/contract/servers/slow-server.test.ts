import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { credentialCheck } from '../../../src/connection/check-credential.ts';
import { onLoopback } from '../../support/servers/on-loopback.ts';
import type { OnLoopback } from '../../support/servers/on-loopback.ts';
import { storedConfiguration } from '../../unit/configuration/stored-configuration.ts';
import { sessionToken, TestProxy } from '../proxy/test-proxy.ts';

/** Longer than a server that is away is waited for. */
const slowMs = 6000;

describe('The check of a credential by a server that was away and responds slowly', function () {
  this.timeout(60_000);
  let server: OnLoopback;
  let proxy: TestProxy;
  let respond: (response: ServerResponse) => void;
  let version = 1;

  const isDown = (response: ServerResponse): void =>
    void response.writeHead(502, { 'content-type': 'application/json' }).end('{}');
  const isSlow = (response: ServerResponse): void => {
    const body = JSON.stringify({ user: { username: 'ada' } });
    setTimeout(() => response.writeHead(200, { 'content-type': 'application/json' }).end(body), slowMs);
  };

  beforeEach(async () => {
    respond = isDown;
    server = await onLoopback(createServer((_request, response) => respond(response)));
    proxy = await TestProxy.start({ origin: server.url });
  });
  afterEach(async () => {
    await proxy.dispose();
    await server.stop();
  });

  /** Found away at first, and then slow. */
  async function slowToReturn(): Promise<() => Promise<string | undefined>> {
    const tracking = { origin: server.url, basePath: '' };
    const access = { port: proxy.port, clientToken: sessionToken };
    const check = credentialCheck({ ...storedConfiguration, tracking }, () => ({ ...access, version }));
    const ask = async (): Promise<string | undefined> => (await check(new AbortController().signal))?.kind;
    assert.equal(await ask(), 'unavailable');
    respond = isSlow;
    assert.equal(await ask(), 'unavailable');
    return ask;
  }

  it('goes on naming what a whole question found, while it waits for less', async () => {
    const tracking = { origin: server.url, basePath: '' };
    const access = { port: proxy.port, clientToken: sessionToken, version };
    const check = credentialCheck({ ...storedConfiguration, tracking }, () => access);
    const codes: string[] = [];
    for (const next of [isDown, (): void => undefined]) {
      respond = next;
      const finding = await check(new AbortController().signal);
      assert.ok(finding?.kind === 'unavailable');
      codes.push(finding.problem.code);
    }
    assert.deepEqual(codes, ['upstream.serverError', 'upstream.serverError']);
  });

  it('finds it back with the next question, by the answer to the one before', async () => {
    const ask = await slowToReturn();
    assert.equal(await ask(), 'accepted');
  });

  it('does not take that answer for one about another credential', async () => {
    const ask = await slowToReturn();
    version += 1;
    await sleep(slowMs);
    respond = isDown;
    assert.equal(await ask(), 'unavailable');
  });
});
