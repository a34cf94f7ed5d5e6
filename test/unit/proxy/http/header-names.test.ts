import assert from 'node:assert/strict';
import {
  isForwarding,
  isHopByHop,
  isKeptBack,
  isMisleading,
} from '../../../../src/proxy/http/header-names.ts';

const decisive = ['content-length', 'transfer-encoding', 'sec-fetch-site'];
const forwarding = [
  ...['x-real-ip', 'x-host', 'x-original-host', 'x-client-ip', 'x-forwarded-for', 'x-forwarded-client-cert'],
  ...['x-original-url', 'x-original-uri', 'x-rewrite-url', 'x-envoy-original-path', 'x-override-url'],
  ...['x-original-path', 'x-rewrite-uri', 'x-ms-original-url', 'x-script-name', 'x-http-host-override'],
];
const hopByHop = ['proxy-authorization', 'proxy-anything', 'keep-alive', 'http2-settings'];

/** Every way to write some of a name's hyphens as underscores. */
function underscored(name: string): readonly string[] {
  const [first = '', ...rest] = name.split('-');
  let all = [first];
  for (const part of rest) all = all.flatMap((start) => [`${start}-${part}`, `${start}_${part}`]);
  return all.filter((spelling) => spelling !== name);
}

describe('The name of a header', () => {
  it('is misleading where a server that reads `_` as `-` takes it for one that decides here', () => {
    for (const name of [...decisive, ...forwarding, ...hopByHop]) {
      assert.ok(!isMisleading(name), name);
      for (const spelling of underscored(name)) assert.ok(isMisleading(spelling), spelling);
    }
  });

  it('may have an underscore otherwise', () => {
    for (const name of ['x_api_key', 'x_request_id', 'mlflow_run', '_', 'x-host-group_id']) {
      assert.ok(!isMisleading(name), name);
    }
  });

  it('says that a gateway gives what is worth the credential, and nothing that only sounds like it', () => {
    const worth = [
      ...['set-cookie', 'set_cookie2', 'authorization', 'x-auth-token', 'x-auth-request-access-token'],
      ...['x-forwarded-access-token', 'x-amzn-oidc-accesstoken', 'x-amzn-oidc-data', 'x-access-token'],
      ...['x-id-token', 'x-refresh-token', 'x-forwarded-id-token', 'x-vouch-token', 'x-vouch-idp-idtoken'],
      ...[
        'x-vouch-idp-accesstoken',
        'cf-access-token',
        'cf-access-jwt-assertion',
        'x-goog-iap-jwt-assertion',
      ],
      ...['x-pomerium-jwt-assertion', 'x-ms-token-aad-access-token', 'x-ms-token-aad-id-token'],
      ...['x-ms-token-aad-refresh-token', 'x-authentik-jwt', 'x-subject-token', 'x-user-token', 'x_api_key'],
      ...['x-token', 'private-token', 'x-vault-token', 'x-api-token', 'authorization-token', 'x-sso-token'],
      ...['x-authorization', 'x-original-authorization', 'grpc-metadata-authorization', 'x_session_id'],
      ...['jsessionid', 'x-amzn-remapped-set-cookie', 'x-amzn-remapped-authorization', 'cookie', 'x_cookie'],
      ...['ocp-apim-subscription-key', 'x-access-key', 'x-saml-assertion', 'x-ticket', 'x-client-secret'],
      ...['x-grid-token', 'x-bearer', 'x-credential', 'x-password'],
    ];
    const others = [
      ...['etag', 'location', 'www-authenticate', 'x-next-page-token', 'continuation-token', 'x-request-id'],
      ...['x-amzn-oidc-identity', 'x-auth-request-user', 'x-csrf-token', 'x-xsrf-token', 'content-type'],
      ...['x-ms-continuationtoken', 'x-nextpagetoken', 'access-control-allow-credentials', 'x-tokenizer'],
      ...['x-amz-server-side-encryption-customer-key-md5', 'x-secretary', 'x-mlflow-experiment', 'keep-key'],
    ];
    assert.deepEqual(
      [...worth, ...others].filter((name) => isKeptBack(name)),
      worth,
    );
  });

  it('says that a request was forwarded, or that a field is for one connection', () => {
    assert.deepEqual([...decisive, ...forwarding, ...hopByHop, 'forwarded', 'via'].filter(isForwarding), [
      ...forwarding,
      'forwarded',
      'via',
    ]);
    assert.deepEqual([...decisive, ...forwarding, ...hopByHop].filter(isHopByHop), hopByHop);
  });
});
