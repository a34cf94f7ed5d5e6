import assert from 'node:assert/strict';
import { endpointsOf } from '../../../../src/providers/aws/endpoints.ts';
import { aws } from '../../../../src/providers/aws/provider.ts';
import { readValues } from '../../../../src/settings/setting-values.ts';

describe('the endpoints that the SDK of AWS takes from variables', () => {
  const [all, secrets, sts] = ['https://all.example', 'https://sm.example', 'https://sts.example'];
  const rows: [Record<string, string>, string | undefined, string | undefined][] = [
    [{}, undefined, undefined],
    [{ AWS_ENDPOINT_URL: all }, all, all],
    [{ AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets }, secrets, undefined],
    [
      { AWS_ENDPOINT_URL: all, AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets, AWS_ENDPOINT_URL_STS: sts },
      secrets,
      sts,
    ],
    [{ AWS_ENDPOINT_URL: all, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' }, undefined, undefined],
    [{ AWS_ENDPOINT_URL: all, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'false' }, all, all],
  ];
  for (const [environment, environmentEndpoint, environmentStsEndpoint] of rows) {
    it(`${JSON.stringify(environment)} are part of the configuration`, () => {
      const found = endpointsOf(environment);
      assert.equal(found.environmentEndpoint, environmentEndpoint);
      assert.equal(found.environmentStsEndpoint, environmentStsEndpoint);
      const ofAll = environmentEndpoint === undefined ? undefined : environment['AWS_ENDPOINT_URL'];
      assert.equal(found.environmentSsoEndpoint, ofAll);
    });
  }

  it('are named as a risk where they are reached without TLS', () => {
    for (const name of ['AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_STS', 'AWS_ENDPOINT_URL_SSO']) {
      const riskOf = (url: string): string | undefined => {
        const configured = aws.configure(readValues([]), { [name]: url });
        return configured.kind === 'ok' ? configured.risk : undefined;
      };
      assert.match(riskOf('http://aws.example:4566/') ?? '', /aws\.example:4566 is reached over plain HTTP/);
      for (const url of ['https://aws.example', 'http://127.0.0.1:4566', 'http://localhost:4566', 'none']) {
        assert.equal(riskOf(url), undefined, url);
      }
    }
  });

  it('of single sign-on are a part of it, too, and are asked about when they change', () => {
    const [one, other] = [
      {},
      { AWS_ENDPOINT_URL_SSO: all, AWS_ENDPOINT_URL_SSO_OIDC: sts, AWS_ENDPOINT_URL_SIGNIN: secrets },
    ].map((environment) => aws.configure(readValues([]), environment));
    assert.ok(one?.kind === 'ok' && other?.kind === 'ok');
    const [before, now] = [one, other].map(({ source }) => aws.destination(source, ''));
    assert.deepEqual(
      [before?.['environmentSsoEndpoint']?.value, now?.['environmentSsoEndpoint']?.value],
      ['', all],
    );
    assert.equal(now?.['environmentSsoOidcEndpoint']?.value, sts);
    assert.equal(now['environmentSigninEndpoint']?.value, secrets);
  });
});
