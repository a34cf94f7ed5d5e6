import { OAuth2Server } from 'oauth2-mock-server';
import type { OpenBaoServer } from '../../support/servers/openbao.ts';

/** Of Vault's own command line: whoever works here may be using it right now. */
export const usualPort = 8250;

/** Called in a `describe`: a provider whose sign-in gives `reader` this policy of a Vault's. */
export function singleSignOn(bao: OpenBaoServer, policy: string): OAuth2Server {
  const provider = new OAuth2Server();

  before(async () => {
    await provider.issuer.keys.generate('RS256');
    await provider.start(0, '127.0.0.1');
    const issuer = `http://localhost:${provider.address().port}`;
    provider.issuer.url = issuer;
    await bao.call('POST', 'sys/auth/oidc', { type: 'oidc' });
    await bao.call('POST', 'auth/oidc/config', {
      oidc_discovery_url: issuer,
      oidc_client_id: 'vscode',
      oidc_client_secret: 'canary-client',
    });
    await bao.call('POST', 'auth/oidc/role/reader', {
      user_claim: 'sub',
      bound_audiences: ['vscode'],
      // The port of a loopback address is left out of the comparison (RFC 8252, 7.3).
      allowed_redirect_uris: [`http://localhost:${usualPort}/oidc/callback`],
      token_policies: [policy],
      token_ttl: '1h',
    });
    provider.service.on('beforeTokenSigning', (token: { payload: Record<string, unknown> }) => {
      token.payload['aud'] = 'vscode';
    });
  });

  after(async () => provider.stop());

  return provider;
}
