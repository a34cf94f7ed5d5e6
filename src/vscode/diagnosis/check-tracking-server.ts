import * as l10n from '@vscode/l10n';
import type { TrackingServer } from '../../configuration/configuration.ts';
import { parseTrackingUri } from '../../configuration/tracking-uri.ts';
import { probeLocalProxy, proxyMessage } from '../../connection/probe-local-proxy.ts';
import type { LocalResponse } from '../../connection/probe-local-proxy.ts';
import { hasCode, inOneText, Problem } from '../../problem.ts';
import { throughTemporaryProxy } from './temporary-proxy.ts';
import type { ServerCheckDependencies } from './temporary-proxy.ts';

/** A token, or a user name and a password. */
export type SignInScheme = 'bearer' | 'basic';

/** Messages are sentences for people. */
export type ServerCheck =
  | {
      readonly kind: 'found';
      readonly message: string;
      readonly warning: string | undefined;
      /** What it asks for, where it says so. */
      readonly scheme: SignInScheme | undefined;
    }
  /** `invalid`: not an address. `doubtful`: no MLflow server is known to be there. */
  | { readonly kind: 'invalid' | 'doubtful'; readonly message: string };

/** Requests MLflow's `/version`. No credential is sent. */
export async function checkTrackingServer(
  uri: string,
  dependencies: ServerCheckDependencies,
): Promise<ServerCheck> {
  const parsed = parseTrackingUri(uri);
  if (parsed.kind === 'invalid') return parsed;
  const { server, warning } = parsed;
  try {
    return await throughTemporaryProxy(server, dependencies, {}, async ({ port, token }) =>
      judge(await probeLocalProxy(port, `${server.basePath}/version`, token), server, warning),
    );
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { kind: 'doubtful', message: inOneText(error) };
  }
}

/** Of a release, a candidate or a development build of MLflow, and nothing else that a server may say. */
const versionText = /^\d{1,4}(?:\.\d{1,9}){1,3}[\w.+-]{0,20}$/;

/** Where it names both, the secret's shape has to tell. */
function schemeOf(challenge = ''): SignInScheme | undefined {
  const named = (['basic', 'bearer'] as const).filter((scheme) =>
    new RegExp(`(?:^|,)\\s*${scheme}\\b`, 'i').test(challenge),
  );
  return named.length === 1 ? named[0] : undefined;
}

/** Of a page that asks for a sign-in, the local proxy says that it does not accept the credential; here, none was sent. */
function withoutBlame(message: string, origin: string): string {
  return hasCode(message, 'upstream.wall')
    ? l10n.t(
        '{0} asks for a sign-in in the browser. Go on if its team gave you a password or token for programs.',
        new URL(origin).host,
      )
    : message;
}

function judge(
  response: LocalResponse,
  { origin }: TrackingServer,
  warning: string | undefined,
): ServerCheck {
  if (response.kind === 'none') {
    return { kind: 'doubtful', message: l10n.t('The local proxy did not respond.') };
  }
  if (response.kind === 'cutOff') {
    const message = l10n.t('{0} closed the connection in the middle of a response.', origin);
    return { kind: 'doubtful', message };
  }
  const { host } = new URL(origin);
  const { status, text } = response;
  const version = text.trim();
  if (status === 200 && versionText.test(version)) {
    return { kind: 'found', message: l10n.t('MLflow {0} responded.', version), warning, scheme: undefined };
  }
  const message = proxyMessage(response);
  if (message !== undefined) return { kind: 'doubtful', message: withoutBlame(message, origin) };
  if (status === 401 || status === 403) {
    return {
      kind: 'found',
      message:
        status === 401
          ? l10n.t('The tracking server responded and requires a sign-in.')
          : l10n.t('{0}, or something in front of it, denies requests without a sign-in.', host),
      warning,
      scheme: schemeOf(response.challenge),
    };
  }
  return {
    kind: 'doubtful',
    message: l10n.t('{0} responded, but it is not an MLflow tracking server (status {1}).', origin, status),
  };
}
