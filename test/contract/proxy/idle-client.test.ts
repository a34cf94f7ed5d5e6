import assert from 'node:assert/strict';
import { HeldClient } from './held-client.ts';
import { okAnswer, ScriptedUpstream } from './scripted-upstream.ts';
import { bearer } from './test-proxy.ts';

const dayMs = 24 * 3_600_000;

describe('A client that has asked nothing for a day', () => {
  let upstream: ScriptedUpstream;
  let client: HeldClient;

  beforeEach(async () => {
    upstream = await ScriptedUpstream.start();
    upstream.answerAll(okAnswer);
  });

  afterEach(async () => {
    client.close();
    await upstream.stop();
  });

  const ask = async (token: string): Promise<void> => {
    client.socket.takeAll();
    client.socket.push(Buffer.from(`GET /a HTTP/1.1\r\nHost: 127.0.0.1:5000\r\n${token}\r\n\r\n`, 'latin1'));
    await client.until(() => client.socket.taken !== '');
  };
  const aDayPasses = (): void => {
    // Before the first of them, nobody has looked since the response.
    client.sweepIn(1000);
    client.sweepIn(dayMs);
  };

  it('keeps its connection where the proxy goes on for programs: it is the sign that this one lives', async () => {
    client = new HeldClient(upstream.origin, { keepsIdle: true });
    await ask(bearer);
    aDayPasses();
    assert.ok(!client.socket.destroyed);
    client.socket.taken = '';
    await ask(bearer);
    assert.equal(client.socket.taken, okAnswer);
  });

  it('keeps none where the proxy does not, nor one over which it has shown no token', async () => {
    client = new HeldClient(upstream.origin);
    await ask(bearer);
    aDayPasses();
    assert.ok(client.socket.destroyed);
    client.close();
    client = new HeldClient(upstream.origin, { keepsIdle: true });
    aDayPasses();
    assert.ok(client.socket.destroyed);
  });
});
