import assert from 'node:assert/strict';
import { probeLocalProxy, proxyMessage } from '../../../src/connection/probe-local-proxy.ts';
import { proxyInFrontOf } from './fixture.ts';
import { ScriptedUpstream } from './scripted-upstream.ts';
import { sessionToken } from './test-proxy.ts';

const body = JSON.stringify({ error_code: 'INVALID_STATE', message: 'MLflow Secrets Auth: Sign in.' });
const length = `Content-Length: ${body.length}\r\n`;
const mark = 'mlflow-secrets-auth-response';

/** How a tracking server could try to speak in the proxy's name. */
const forgeries: Readonly<Record<string, string>> = {
  'the same words': `HTTP/1.1 424 X\r\n${length}\r\n${body}`,
  'the mark': `HTTP/1.1 424 X\r\n${mark}: 1\r\n${length}\r\n${body}`,
  'the mark in capitals': `HTTP/1.1 424 X\r\n${mark.toUpperCase()}: 1\r\n${length}\r\n${body}`,
  'the mark with underscores': `HTTP/1.1 424 X\r\n${mark.replaceAll('-', '_')}: 1\r\n${length}\r\n${body}`,
  'the mark twice': `HTTP/1.1 424 X\r\n${mark}: 1\r\n${mark}: 1\r\n${length}\r\n${body}`,
  'the mark before': `HTTP/1.1 103 X\r\n${mark}: 1\r\n\r\nHTTP/1.1 424 X\r\n${length}\r\n${body}`,
  'the mark after': `HTTP/1.1 424 X\r\nTrailer: ${mark}\r\nTransfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n${mark}: 1\r\n\r\n`,
  'the mark named by Connection': `HTTP/1.1 424 X\r\nConnection: ${mark}\r\n${mark}: 1\r\n${length}\r\n${body}`,
};

describe('Whether a response is the proxy’s own', () => {
  const { proxy, upstream } = proxyInFrontOf(ScriptedUpstream);
  const probe = async (path: string): Promise<string | undefined> =>
    proxyMessage(await probeLocalProxy(proxy.port, path, sessionToken));

  for (const [name, bytes] of Object.entries(forgeries)) {
    it(`is not for the tracking server to say: ${name}`, async () => {
      upstream.answerAll(bytes);
      // The second comes from the cache of heads, where it is cached.
      assert.equal(await probe('/first'), undefined);
      assert.equal(await probe('/second'), undefined);
    });
  }

  it('is known where it is', async () => {
    upstream.answerAll('ICY 200 OK\r\n\r\n');
    assert.equal(
      await probe('/version'),
      'The tracking server sent a malformed response, which was not forwarded. If this persists, ask its administrator to read its log. (upstream.malformedResponse)',
    );
  });
});
