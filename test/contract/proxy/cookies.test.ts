import assert from 'node:assert/strict';
import { proxyInFrontOf } from './fixture.ts';
import { statuses } from './raw-client.ts';
import { ScriptedUpstream } from './scripted-upstream.ts';
import { credential } from './test-proxy.ts';

const cookie = 'gateway=canary-cookie';

/** Every place of a response where a cookie can be, in every spelling that some client takes for one. */
const responses: Readonly<Record<string, string>> = {
  'Set-Cookie': `HTTP/1.1 200 OK\r\nSet-Cookie: ${cookie}; HttpOnly\r\nContent-Length: 2\r\n\r\nok`,
  'lower case': `HTTP/1.1 200 OK\r\nset-cookie: ${cookie}\r\nContent-Length: 2\r\n\r\nok`,
  'upper case': `HTTP/1.1 200 OK\r\nSET-COOKIE:${cookie}\r\nContent-Length: 2\r\n\r\nok`,
  'an underscore': `HTTP/1.1 200 OK\r\nSet_Cookie: ${cookie}\r\nContent-Length: 2\r\n\r\nok`,
  'the older name': `HTTP/1.1 200 OK\r\nSet-Cookie2: ${cookie}\r\nContent-Length: 2\r\n\r\nok`,
  'several of them': `HTTP/1.1 200 OK\r\nSet-Cookie: a=canary-1\r\nX: y\r\nset-cookie: ${cookie}\r\nContent-Length: 2\r\n\r\nok`,
  'named by Connection': `HTTP/1.1 200 OK\r\nConnection: Set-Cookie\r\nSet-Cookie: ${cookie}\r\nContent-Length: 2\r\n\r\nok`,
  'a 103 before': `HTTP/1.1 103 Early Hints\r\nSet-Cookie: ${cookie}\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok`,
  'a 100 before': `HTTP/1.1 100 Continue\r\nset-cookie: ${cookie}\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok`,
  'a trailer': `HTTP/1.1 200 OK\r\nTrailer: Set-Cookie\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nSet-Cookie: ${cookie}\r\n\r\n`,
  'a chunk extension': `HTTP/1.1 200 OK\r\nSet-Cookie: ${cookie}\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n`,
  'a redirect': `HTTP/1.1 302 Found\r\nLocation: /login\r\nSet-Cookie: ${cookie}\r\nContent-Length: 0\r\n\r\n`,
  'not modified': `HTTP/1.1 304 Not Modified\r\nSet-Cookie: ${cookie}\r\n\r\n`,
  'an error': `HTTP/1.1 500 Internal Server Error\r\nSet-Cookie: ${cookie}\r\nContent-Length: 0\r\n\r\n`,
  'tokens of other gateways': `HTTP/1.1 200 OK\r\nX-Access-Token: canary\r\nX_Id_Token: canary\r\nX-Vouch-IdP-AccessToken: canary\r\nCf-Access-Jwt-Assertion: canary\r\nX-Ms-Token-Aad-Access-Token: canary\r\nContent-Length: 2\r\n\r\nok`,
  'tokens in the words of any gateway': `HTTP/1.1 200 OK\r\nX-Authentik-Jwt: canary\r\nX-JWT-Assertion: canary\r\nX-Subject-Token: canary\r\nX_Api_Key: canary\r\nApikey: canary\r\nX-Gw-SessionToken: canary\r\nContent-Length: 2\r\n\r\nok`,
  'what a gateway has renamed': `HTTP/1.1 200 OK\r\nX-Amzn-Remapped-Set-Cookie: ${cookie}\r\nX-Original-Authorization: canary\r\nPrivate-Token: canary\r\nX_Session_Id: canary\r\nContent-Length: 2\r\n\r\nok`,
  'a token of the gateway': `HTTP/1.1 200 OK\r\nX-Auth-Request-Access-Token: canary-cookie\r\nAuthorization: Bearer canary-cookie\r\nContent-Length: 2\r\n\r\nok`,
};

describe('The cookies of a gateway, which are worth the credential', () => {
  const { proxy, upstream } = proxyInFrontOf(ScriptedUpstream);

  for (const [name, bytes] of Object.entries(responses)) {
    for (const method of ['GET', 'HEAD', 'POST']) {
      it(`do not reach Python: ${name}, ${method}`, async () => {
        upstream.answerAll(method === 'HEAD' ? headOnly(bytes) : bytes);
        // The second comes from the cache of heads, where it is cached.
        for (const path of ['/first', '/second']) {
          const client = await proxy.connect(
            proxy.request(`${method} ${path}`, 'Content-Length: 0', 'Connection: close'),
          );
          await client.ended();
          assert.equal(statuses(client.text).length, 1, client.text);
          assert.doesNotMatch(client.text, /canary|cookie/i);
        }
      });
    }
  }

  it('do not reach it after a response that had none, or one byte by byte', async () => {
    upstream.script = async (side) => {
      await side.heads();
      side.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
      await side.heads(2);
      for (const byte of `HTTP/1.1 200 OK\r\nSet-Cookie: ${cookie}\r\nContent-Length: 2\r\n\r\nok`) {
        side.write(byte);
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    const client = await proxy.connect(proxy.request('GET /first'));
    await client.has((text) => text.endsWith('ok'), 'the first response');
    client.write(proxy.request('GET /second', 'Connection: close'));
    await client.ended();
    assert.deepEqual(statuses(client.text), [200, 200]);
    assert.doesNotMatch(client.text, /canary|cookie/i);
  });

  it('do not reach it before a body that ends with the connection', async () => {
    upstream.script = async (side) => {
      await side.heads();
      side.socket.end(`HTTP/1.0 200 OK\r\nSet-Cookie: ${cookie}\r\n\r\nok`);
    };
    const text = await proxy.get('/case');
    assert.deepEqual(statuses(text), [200]);
    assert.doesNotMatch(text, /canary|cookie/i);
  });

  it('in a folded field are not passed on with the rest: that response is malformed', async () => {
    upstream.answerAll(`HTTP/1.1 200 OK\r\nX: y\r\n Set-Cookie: ${cookie}\r\nContent-Length: 2\r\n\r\nok`);
    const text = await proxy.get('/case');
    assert.deepEqual(statuses(text), [502]);
    assert.doesNotMatch(text, /canary|cookie/i);
  });

  it('stay away from /version without a credential, too: one head serves all', async () => {
    proxy.setCredential({ kind: 'pending' });
    upstream.answerAll(`HTTP/1.1 200 OK\r\nSet-Cookie: ${cookie}\r\nContent-Length: 2\r\n\r\nok`);
    assert.doesNotMatch(await proxy.get('/version'), /canary|cookie/i);
  });
});

describe('A credential that a gateway sends back in the field that it came in', () => {
  const { proxy, upstream } = proxyInFrontOf(ScriptedUpstream);
  const echoed = (name: string): string =>
    `HTTP/1.1 200 OK\r\nX: y\r\n${name}: canary-echo\r\nContent-Length: 2\r\n\r\nok`;

  for (const name of ['X-Company-Signin', 'x-company-signin', 'X_Company_Signin', 'X-COMPANY_SIGNIN']) {
    it(`does not reach Python: ${name}`, async () => {
      // One that was read before there was a credential is read anew.
      proxy.setCredential({ kind: 'pending' });
      upstream.answerAll(echoed(name));
      await proxy.get('/version');
      proxy.setCredential({ ...credential(2), headerName: 'X-Company-Signin' });
      for (const path of ['/first', '/second', '/version']) {
        assert.deepEqual(statuses(await proxy.get(path)), [200]);
        assert.doesNotMatch(await proxy.get(path), /canary-echo/);
      }
    });
  }

  it('does not reach it in what comes before the response either, and other fields do', async () => {
    proxy.setCredential({ ...credential(2), headerName: 'X-Company-Signin' });
    upstream.answerAll(
      `HTTP/1.1 103 Early Hints\r\nX-Company-Signin: canary-echo\r\n\r\n${echoed('X-Other')}`,
    );
    const text = await proxy.get('/case');
    assert.deepEqual(
      [...text.matchAll(/^(.*): canary-echo/gm)].map(([, field]) => field),
      ['X-Other'],
    );
  });
});

/** As the response to a HEAD: without the body. */
function headOnly(bytes: string): string {
  const final = bytes.lastIndexOf('HTTP/1.');
  return bytes.slice(0, bytes.indexOf('\r\n\r\n', final) + 4);
}
