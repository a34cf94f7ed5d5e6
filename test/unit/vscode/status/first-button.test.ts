import assert from 'node:assert/strict';
import { Problem } from '../../../../src/problem.ts';
import type { ProblemAction } from '../../../../src/problem.ts';
import { problemCodes } from '../../../../src/problem-catalogue.ts';
import type { ProblemCode } from '../../../../src/problem-catalogue.ts';
import { mendingActs } from '../../../../src/vscode/status/actions.ts';
import { storedConfiguration as configuration } from '../../configuration/stored-configuration.ts';
import { degradedState } from '../../connection/serving-states.ts';

type Table = Readonly<Record<string, string>>;

/** What comes first where the problem names nothing itself: by button, the names of codes by their room. */
const firstButtons: Readonly<Record<string, Table>> = {
  configure: {
    settings: 'allowedHosts unusable headerName incomplete',
    secret: 'unusable mode',
    upstream: 'notMlflow moved httpsNeeded clientCertificateRequired tlsName tlsProtocol',
    vault:
      'tlsName tlsProtocol malformedSetting outsideApi redirected path notASecret badMount noSuchMount ' +
      'noSuchNamespace noSuchSecret noSuchVersion refusedRequest noSuchSignIn signInWithoutToken oidcAddress ' +
      'oidcNotOffered otherEngine secondary',
    aws: 'tlsName tlsProtocol malformedSetting endpointNotApproved noRegion refusedRequest notFound versionNotFound',
    azure:
      'tlsName tlsProtocol malformedSetting foreignVault refusedRequest unauthorized notFound applicationUnknown ' +
      'tenantUnknown otherTenant',
  },
  retry: {
    settings: 'caFile certificateVariable write unexpected',
    secret: 'late timeout refreshTimeout changed malformed storage notForgotten unexpected',
    proxy: 'portTaken listen lost silent connecting tooManyConnections',
    upstream:
      'noPermission hostDenied serverError dns refused dropped timeout unreachable networkSignIn ' +
      'failed tooManyFiles malformedResponse httpProxyDown httpProxySignIn httpProxyNegotiate httpProxyAddress ' +
      'httpProxyRefused httpProxyMalformed caFile clientCertificateRejected clientCertificateMissing ' +
      'clientCertificateUnreadable clientCertificateKeyMismatch clientCertificateKeyEncrypted certificatesPending ' +
      'tlsUntrusted tlsExpired tlsNotYetValid tlsUnusable clockSkew',
    vault:
      'dns refused dropped timeout unreachable httpProxy tlsUntrusted tlsUnusable tlsExpired clientCertificate ' +
      'clientCertificateNeeded noAnswer rateLimited server notInitialised sealed unavailable standby ' +
      'behind signInDenied notVault denied destroyed deleted missingCredential tokenFile tokenRefused agentWithoutToken ' +
      'directory',
    aws:
      'dns refused dropped timeout unreachable httpProxy tlsUntrusted tlsUnusable tlsExpired regionDisabled throttled ' +
      'serverFault notAws signInLate unreadableFile expiredToken webIdentity keyNotValid wrongSecretKey ' +
      'clockSkew loginExpired ssoExpired ssoRoleDenied mfaNeeded processFailed profileNotFound noCredentials ' +
      'signInFailed emptySecret pendingDeletion invalidRequest kmsFailed kmsDenied accessDenied assumeRoleDenied ' +
      'binaryNotBase64 binaryNotText',
    azure:
      'dns refused dropped timeout unreachable httpProxy tlsUntrusted tlsUnusable tlsExpired foreignChallenge ' +
      'notKeyVault throttled serverFault failed deleted disabled unreadableFile cliLate expired notYetValid ' +
      'emptySecret firewall privateOnly deniedByRole deniedByPolicy denied clientSecretWrong clientSecretExpired ' +
      'conditionalAccess signInRefused signInExpired clockSkew cliMissing cliFailed cliSignedOut noManagedIdentity ' +
      'noCredentials',
  },
  review: {
    settings: 'notApproved',
  },
  signIn: {
    secret: 'closed',
    vault: 'signInNeeded oidcDeclined oidcRefused',
    azure: 'signInNeeded signInDeclined',
  },
  diagnose: {
    secret: 'windowClosed',
    proxy:
      'noToken wrongToken tokenElsewhere otherMachine host otherOrigin forwarded otherUser otherServer outsideBasePath ' +
      'malformedRequest headTimeout',
    azure: 'environmentIncomplete',
  },
  connect: {
    proxy: 'notConnected',
  },
  credential: {
    upstream: 'rejected wall',
    vault: 'signInRefused alreadyUnwrapped notASecretId',
    stored: 'missing',
  },
};

/** Of what somebody else mends, or what passes: a setting that may be wrong as well comes second. */
const settingSecond: Table = {
  settings: 'unexpected',
  secret: 'late timeout refreshTimeout changed malformed unexpected',
  proxy: 'connecting tooManyConnections',
  upstream:
    'noPermission hostDenied serverError dns refused dropped timeout unreachable networkSignIn ' +
    'failed malformedResponse httpProxyDown httpProxyNegotiate httpProxyRefused httpProxyMalformed ' +
    'certificatesPending tlsExpired tlsUnusable',
  vault:
    'dns refused dropped timeout unreachable httpProxy tlsUnusable noAnswer rateLimited server notInitialised ' +
    'sealed unavailable standby behind signInDenied notVault denied destroyed deleted directory',
  aws:
    'dns refused dropped timeout unreachable httpProxy tlsUnusable regionDisabled throttled serverFault notAws ' +
    'signInLate ssoRoleDenied emptySecret pendingDeletion invalidRequest kmsFailed kmsDenied accessDenied ' +
    'assumeRoleDenied binaryNotBase64 binaryNotText',
  azure:
    'dns refused dropped timeout unreachable httpProxy tlsUnusable foreignChallenge notKeyVault throttled serverFault ' +
    'failed deleted disabled cliLate expired notYetValid emptySecret firewall privateOnly deniedByRole ' +
    'deniedByPolicy denied clientSecretWrong clientSecretExpired conditionalAccess signInRefused noManagedIdentity',
};

function codesOf(table: Table): readonly string[] {
  return Object.entries(table).flatMap(([room, names]) =>
    names.split(/\s+/).map((name) => `${room}.${name}`),
  );
}

function problem(code: ProblemCode, action?: ProblemAction): Problem {
  return new Problem({ code, message: '', remedy: '', retry: 'afterFix', ...(action && { action }) });
}

function first(code: ProblemCode, action?: ProblemAction): string | undefined {
  const trouble = problem(code, action);
  return mendingActs(trouble, { kind: 'failed', configuration, problem: trouble })[0];
}

describe('The first button of a problem', () => {
  it('is what mends it, for every code', () => {
    const expected = Object.entries(firstButtons).flatMap(([button, table]) =>
      codesOf(table).map((code) => `${code}: ${button}`),
    );
    assert.deepEqual(problemCodes.map((code) => `${code}: ${first(code)}`).sort(), expected.sort());
  });

  it('is a setting only where no server has to be started and nobody has to grant anything', () => {
    const action = { kind: 'openSetting', setting: 'trackingUri' } as const;
    const found = problemCodes.filter((code) => first(code, action) !== 'own');
    assert.deepEqual([...found].sort(), [...codesOf(settingSecond)].sort());
  });

  it('is what the problem names, where that is more than a setting', () => {
    for (const action of [
      { kind: 'runInTerminal', command: 'aws sso login', label: 'Run aws sso login' },
      { kind: 'signIn' },
      { kind: 'enterCredential' },
      { kind: 'refresh' },
      { kind: 'retry' },
    ] as const) {
      for (const code of problemCodes) assert.equal(first(code, action), 'own', code);
    }
  });

  it('asks the store, and connects nothing anew, while the last good secret serves', () => {
    const sealed = problem('vault.sealed');
    const secret = { version: '3', fetchedAt: 0, nextRefreshAt: 60_000 };
    assert.deepEqual(mendingActs(sealed, degradedState(configuration, secret, sealed)), ['refresh']);
  });
});
