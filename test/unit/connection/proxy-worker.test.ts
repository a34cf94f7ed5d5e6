import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { startProxyWorker } from '../../../src/connection/proxy-worker.ts';
import type { ProxyWorker } from '../../../src/connection/proxy-worker.ts';
import type { FromWorker, Texts } from '../../../src/proxy/messages.ts';
import { parseOwnMessage } from '../../../src/proxy/own-response.ts';
import { denialResponse } from '../../../src/proxy/responses.ts';

const workerFile = fileURLToPath(new URL('../../../src/proxy/worker.ts', import.meta.url));

describe('The worker of the proxy', () => {
  let worker: ProxyWorker | undefined;

  afterEach(async () => worker?.close());

  /** What the proxy says to a request without a token. */
  async function denial(texts?: Texts): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    const listener = {
      onMessage: (message: FromWorker) => {
        if (message.type === 'listening') resolve(message.port);
      },
      onExit: (reason: string) => reject(new Error(reason)),
      onEnded: () => undefined,
    };
    worker = startProxyWorker(workerFile, listener, texts);
    worker.post({ type: 'listen', port: 0, sessionToken: 'canary-token' });
    const response = await fetch(`http://127.0.0.1:${await promise}/api/x`);
    const { message } = (await response.json()) as { message: string };
    return parseOwnMessage(message) ?? '';
  }

  const withCode = parseOwnMessage(denialResponse('no-token').message) ?? '';
  const code = ' (proxy.noToken)';
  const english = withCode.slice(0, -code.length);

  it('responds to Python in the language of the user', async () => {
    const german = 'Der Anfrage fehlt das Sitzungstoken. Öffnen Sie ein neues Terminal.';
    assert.equal(await denial({ [english]: german }), german + code);
  });

  it('responds in English where there is no translation', async () => {
    assert.equal(await denial(), withCode);
    await worker?.close();
    assert.equal(await denial({ 'Another sentence.': 'Ein anderer Satz.' }), withCode);
  });
});
