import assert from 'node:assert/strict';
import { outcomeBench } from './outcome-bench.ts';
import { statuses } from './raw-client.ts';
import {
  html,
  json,
  nginxForbidden,
  oauth2ProxyPage,
  redirect,
  response,
  signInForm,
} from './responses-as-sent.ts';
import { credential } from './test-proxy.ts';

/** What is asked for where it is not an API as usual; the response; what is posted, and what Python is told. */
interface Wall {
  readonly path?: string;
  readonly bytes: string;
  readonly posted: string;
  readonly says: RegExp;
}

const own = String.raw`127\.0\.0\.1:\d+ asks for a browser sign-in`;
const back = 'redirect_uri=https%3A%2F%2Fmlflow.company.example';

const walls: Readonly<Record<string, Wall>> = {
  'the start of a sign-in, which is that of many products': {
    bytes: redirect('/oauth2/start?rd=%2F'),
    posted: 'wall redirect',
    says: new RegExp(`A page at ${own}`),
  },
  'a provider, with a way back that is that of many products': {
    bytes: redirect(`https://sso.company.example/authorize?${back}%2Foauth2%2Fcallback&response_type=code`),
    posted: 'wall redirect sso.company.example',
    says: /A page at sso\.company\.example asks/,
  },
  'oauth2-proxy, by its cookie: straight to the provider': {
    bytes: redirect(
      `https://sso.company.example/authorize?${back}%2Foauth2%2Fcallback&response_type=code`,
      '302 Found',
      'Set-Cookie: _oauth2_proxy_csrf=canary; Path=/',
    ),
    posted: 'wall redirect oauth2Proxy sso.company.example',
    says: /oauth2-proxy at sso\.company\.example asks/,
  },
  'oauth2-proxy, by its footer': {
    bytes: html('403 Forbidden', oauth2ProxyPage),
    posted: 'wall page oauth2Proxy',
    says: new RegExp(`oauth2-proxy at ${own}`),
  },
  'an AWS load balancer': {
    bytes: redirect(`https://idp.company.example/x?${back}%2Foauth2%2Fidpresponse&response_type=code`),
    posted: 'wall redirect awsLoadBalancer idp.company.example',
    says: /AWS Application Load Balancer at idp\.company\.example asks/,
  },
  'Cloudflare Access': {
    bytes: redirect('https://company.cloudflareaccess.com/cdn-cgi/access/login/x?kid=canary'),
    posted: 'wall redirect cloudflareAccess company.cloudflareaccess.com',
    says: /Cloudflare Access at company\.cloudflareaccess\.com asks/,
  },
  'Azure Application Proxy': {
    bytes: redirect(`https://login.microsoftonline.com/x/oauth2/authorize?response_type=code&${back}`),
    posted: 'wall redirect entraId login.microsoftonline.com',
    says: /Microsoft Entra ID at login\.microsoftonline\.com asks/,
  },
  'App Service': {
    bytes: redirect('/.auth/login/aad?post_login_redirect_url=%2F'),
    posted: 'wall redirect entraId',
    says: new RegExp(`Microsoft Entra ID at ${own}`),
  },
  'Google Identity-Aware Proxy': {
    bytes: redirect(`https://accounts.google.com/o/oauth2/v2/auth?response_type=code&${back}`),
    posted: 'wall redirect google accounts.google.com',
    says: /Google at accounts\.google\.com asks/,
  },
  'Keycloak behind some gateway': {
    bytes: redirect('https://id.company.example/realms/ml/protocol/openid-connect/auth', '303 See Other'),
    posted: 'wall redirect keycloak id.company.example',
    says: /Keycloak at id\.company\.example asks/,
  },
  Authelia: {
    bytes: redirect('https://portal.company.example/?rd=https%3A%2F%2Fmlflow.company.example%2F'),
    posted: 'wall redirect portal.company.example',
    says: /A page at portal\.company\.example asks for a browser sign-in/,
  },
  'a page of its own': {
    bytes: html('200 OK', '<h1>Anmeldung</h1><input name="p" type="password">'),
    posted: 'wall page',
    says: new RegExp(`A page at ${own}`),
  },
  'a page where an artifact was asked for': {
    path: '/api/2.0/mlflow-artifacts/artifacts/0/model.pkl',
    bytes: html('200 OK', signInForm),
    posted: 'wall page',
    says: new RegExp(`A page at ${own}`),
  },
  'a page with 401': {
    bytes: html('401 Unauthorized', '<a href="/login">Log in</a>'),
    posted: 'wall page',
    says: new RegExp(`A page at ${own}`),
  },
  'a page without a type': {
    bytes: response('200 OK', [], `\n<!-- gateway -->${signInForm}`),
    posted: 'wall page',
    says: new RegExp(`A page at ${own}`),
  },
  'a page that is called text, with 403': {
    bytes: response('403 Forbidden', ['Content-Type: text/plain'], signInForm),
    posted: 'wall page',
    says: new RegExp(`A page at ${own}`),
  },
  'a page of another application, without a type': {
    bytes: response('200 OK', [], '<!DOCTYPE html><title>Company</title>'),
    posted: 'wall otherPage',
    says: /responded with a web page where the API of MLflow was asked/,
  },
  'a page of another application': {
    bytes: html('200 OK', '<title>Company</title><div id="root"></div>'),
    posted: 'wall otherPage',
    says: /responded with a web page where the API of MLflow was asked/,
  },
};

describe('A sign-in page where the API was asked', function () {
  this.timeout(60_000);
  const { proxy, upstream, answer, ask, posted, asked } = outcomeBench();

  for (const [name, { path, bytes, posted: expected, says }] of Object.entries(walls)) {
    it(`becomes an error that names it, which MLflow’s client raises at once: ${name}`, async () => {
      answer(bytes);
      const got = await ask(path);
      assert.deepEqual(statuses(got), [401]);
      const body = JSON.parse(got.slice(got.indexOf('\r\n\r\n'))) as Record<string, string>;
      assert.equal(body['error_code'], 'UNAUTHENTICATED');
      assert.match(body['message'] ?? '', says);
      assert.doesNotMatch(got, /canary/);
      assert.deepEqual(await posted(), [expected]);
      assert.equal(asked(), 1);
    });
  }

  it('says nothing of the credential where none is needed, and is named all the same', async () => {
    answer(redirect('/login'));
    assert.match(await ask('/api/3.0/mlflow/server-info'), /asks for a browser sign-in/);
    assert.deepEqual(await posted(), []);
  });

  it('is found below the path of the tracking server, which may look like one itself', async () => {
    proxy.setUpstream(upstream.origin, { basePath: '/sso/mlflow' });
    proxy.setCredential(credential(1));
    answer(redirect('/sso/mlflow/api/3.0/x', '307 X'));
    assert.deepEqual(statuses(await ask('/sso/mlflow/api/2.0/x')), [307]);
    answer(redirect('/sso/login'));
    assert.deepEqual(statuses(await ask('/sso/mlflow/api/2.0/x')), [401]);
    answer(html('200 OK', signInForm));
    assert.deepEqual(statuses(await ask('/sso/mlflow/')), [200]);
    assert.deepEqual(statuses(await ask('/sso/mlflow/api/2.0/x')), [401]);
  });

  it('is not asked about again at once, where the store has the same credential', async () => {
    answer(redirect('https://sso.company.example/login'));
    for (let request = 0; request < 5; request += 1) assert.deepEqual(statuses(await ask()), [401]);
    answer(html('403 Forbidden', nginxForbidden));
    for (let request = 0; request < 5; request += 1) assert.deepEqual(statuses(await ask()), [403]);
    assert.equal(asked(), 1);
  });

  for (const wall of ['redirect', 'page']) {
    it(`never reaches Python, where the store has a newer credential that is taken: ${wall}`, async () => {
      const refusal =
        wall === 'page' ? html('200 OK', signInForm) : redirect('https://sso.company.example/x');
      upstream.script = async (side) => {
        await side.heads();
        side.write(side.received.includes('secret-2') ? json('200 OK', { ok: true }) : refusal);
      };
      proxy.onCredentialNeeded = () => proxy.setCredential(credential(2));
      assert.match(await ask(), /"ok":true/);
      assert.equal(asked(), 1);
      assert.deepEqual(await posted(), ['accepted']);
    });
  }

  it('is named by its host only: what else a redirect says is foreign', async () => {
    answer(redirect('https://sso.company.example/login?next=](command:x)$(bug)&user=canary'));
    const got = await ask();
    assert.match(got, /A page at sso\.company\.example asks/);
    assert.doesNotMatch(got, /command|bug|canary/);
  });
});
