import * as l10n from '@vscode/l10n';
import { ownResponse } from '../own-response.ts';
import type { ResponseKind } from '../own-response.ts';
import type { ProxyResponse } from '../messages.ts';
import type { SignInProduct, SignInWall } from '../sign-in-wall.ts';

/** As a person knows them. */
const signInProducts: Readonly<Record<SignInProduct, { readonly name: () => string }>> = {
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

/** What Python gets in place of a sign-in page. `remedy`: where the credential comes from says what to do about it. */
export function wallResponse(wall: SignInWall, remedy: string | undefined): ProxyResponse {
  const { code, message } = wallWords(wall);
  return ownResponse(unauthenticated, code, { message, remedy: wallRemedies[code](remedy) });
}

/**
 * What Python gets in place of a 401: MLflow's own tells people to set variables that must not be set here, and a gateway's
 * is mostly a page. The status stays.
 */
export function rejectedResponse(
  origin: string,
  remedy = l10n.t('Run "MLflow: Diagnose" in VS Code.'),
): ProxyResponse {
  const message = l10n.t('{0} does not accept the credential.', new URL(origin).host);
  return ownResponse(unauthenticated, 'upstream.rejected', { message, remedy });
}

/** What people sign in with in a browser is of no use to a program. */
export function tokenForPrograms(): string {
  return l10n.t(
    'If the credential is not a token for programs, ask the team of the tracking server for one.',
  );
}

type WallCode = keyof typeof wallRemedies;

/** With what to do about the credential, where that is known. */
const wallRemedies: Readonly<Record<'upstream.wall' | 'upstream.notMlflow', (remedy?: string) => string>> = {
  'upstream.wall': (remedy = l10n.t('Run "MLflow: Diagnose" in VS Code.')) =>
    `${tokenForPrograms()} ${remedy}`,
  'upstream.notMlflow': () =>
    l10n.t(
      'Check mlflowSecretsAuth.trackingUri, and whether something in front of the server asks for a sign-in.',
    ),
};

/** What happened, in one sentence. */
export function wallWords({ origin, signInHost, product, form }: SignInWall): {
  readonly code: WallCode;
  readonly message: string;
} {
  const host = signInHost ?? new URL(origin).host;
  if (form === 'otherPage') {
    return {
      code: 'upstream.notMlflow',
      message: l10n.t('{0} responded with a web page where the API of MLflow was asked.', host),
    };
  }
  return {
    code: 'upstream.wall',
    message:
      product !== undefined
        ? l10n.t(
            '{0} at {1} asks for a browser sign-in: the credential is not accepted there, or has expired.',
            signInProducts[product].name(),
            host,
          )
        : isPerhapsOfNetwork({ origin, signInHost })
          ? l10n.t(
              'A page at {0} asks for a browser sign-in: the credential is not accepted there, or the network that this machine is in, such as a hotel, has a sign-in of its own.',
              host,
            )
          : l10n.t(
              'A page at {0} asks for a browser sign-in: the credential is not accepted there, or has expired.',
              host,
            ),
  };
}

/** Without TLS, whoever is on the way can lead a request elsewhere, as networks for guests do. */
function isPerhapsOfNetwork({ origin, signInHost }: Pick<SignInWall, 'origin' | 'signInHost'>): boolean {
  return signInHost !== undefined && origin.startsWith('http:');
}
