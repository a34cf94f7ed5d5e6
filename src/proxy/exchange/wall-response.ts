import * as l10n from '@vscode/l10n';
import { ownResponse } from '../own-response.ts';
import type { ResponseKind } from '../own-response.ts';
import type { ProxyResponse, SignInProduct, SignInWall } from '../messages.ts';

/** As a person knows them. */
export const signInProducts: Readonly<Record<SignInProduct, { readonly name: () => string }>> = {
  oauth2Proxy: { name: () => 'oauth2-proxy' },
  cloudflareAccess: { name: () => 'Cloudflare Access' },
  entraId: { name: () => 'Microsoft Entra ID' },
  google: { name: () => 'Google' },
  awsLoadBalancer: { name: () => 'AWS Application Load Balancer' },
  cognito: { name: () => 'Amazon Cognito' },
  keycloak: { name: () => 'Keycloak' },
  okta: { name: () => 'Okta' },
  authentik: { name: () => 'authentik' },
};

/** MLflow's client raises it at once: a person has to act. */
const unauthenticated: ResponseKind = { status: 401, errorCode: 'UNAUTHENTICATED' };

/** What Python gets in place of a sign-in page. */
export function wallResponse({ origin, signInHost, product, form }: SignInWall): ProxyResponse {
  const host = signInHost ?? new URL(origin).host;
  if (form === 'otherPage') {
    return ownResponse(
      unauthenticated,
      'upstream.notMlflow',
      l10n.t(
        '{0} responded with a web page where the API of MLflow was asked. Check mlflowSecretsAuth.trackingUri, and whether something in front of the server asks for a sign-in.',
        host,
      ),
    );
  }
  return ownResponse(
    unauthenticated,
    'upstream.wall',
    product === undefined
      ? l10n.t(
          'A page at {0} asks for a browser sign-in: the credential is not accepted there, or has expired. Run "Diagnose MLflow Connection" in VS Code.',
          host,
        )
      : l10n.t(
          '{0} at {1} asks for a browser sign-in: the credential is not accepted there, or has expired. Run "Diagnose MLflow Connection" in VS Code.',
          signInProducts[product].name(),
          host,
        ),
  );
}
