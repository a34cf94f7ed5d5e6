import * as vscode from 'vscode';
import type { BootstrapSecrets, SourceContext } from '../providers/source.ts';
import { systemClock } from '../secrets/clock.ts';
import { Secret } from '../secret.ts';
import { homeFolder } from './home-folder.ts';
import { readForeignHttpProxy } from './settings.ts';
import { openInBrowser } from './sinks/browser.ts';

/** What the editor lends to a secret source. */
export function sourceContext(
  bootstrap: BootstrapSecrets,
  certificates: Pick<SourceContext, 'extraCertificates' | 'userCertificates'>,
  approvedHttpProxy: string | undefined,
  log: (line: string) => void,
): SourceContext {
  return {
    bootstrap,
    environment: process.env,
    homeFolder: homeFolder(),
    clock: systemClock,
    random: Math.random,
    ...certificates,
    // The editor looks at the setting with each request.
    isHttpProxyApproved: () => readForeignHttpProxy() === approvedHttpProxy,
    isHttpProxySet: () => Boolean(vscode.workspace.getConfiguration('http').get<unknown>('proxy')),
    log,
    openExternal: openInBrowser,
    microsoftToken,
  };
}

/** For a session whose token does not say when it expires; the editor renews sessions anyway. */
const assumedLifetimeMs = 5 * 60_000;

async function microsoftToken(
  scopes: readonly string[],
  { tenantId, isAttended }: Parameters<SourceContext['microsoftToken']>[1],
): Promise<{ readonly token: Secret; readonly expiresAt: number } | undefined> {
  const allScopes = tenantId === undefined ? [...scopes] : [...scopes, `VSCODE_TENANT:${tenantId}`];
  const session = await vscode.authentication.getSession(
    accountFor(scopes),
    allScopes,
    isAttended ? { createIfNone: true } : { silent: true },
  );
  if (session === undefined) return undefined;
  return { token: new Secret(session.accessToken), expiresAt: expiryOf(session.accessToken) };
}

/** The editor has accounts of the public cloud and of the others in two providers. */
function accountFor([scope = '']: readonly string[]): 'microsoft' | 'microsoft-sovereign-cloud' {
  return scope.startsWith('https://vault.azure.net/') ? 'microsoft' : 'microsoft-sovereign-cloud';
}

/** The `exp` claim of a JWT (RFC 7519, 4.1.4), in milliseconds. */
function expiryOf(token: string): number {
  const payload = token.split('.')[1] ?? '';
  try {
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { exp?: unknown };
    if (typeof claims.exp === 'number') return claims.exp * 1000;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return Date.now() + assumedLifetimeMs;
}
