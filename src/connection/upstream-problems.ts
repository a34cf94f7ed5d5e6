import * as l10n from '@vscode/l10n';
import type { ConnectionConfiguration } from '../configuration/configuration.ts';
import { Problem, triedAgain } from '../problem.ts';
import type { ProblemDetails } from '../problem.ts';
import type { SettingKey } from '../settings/manifest.ts';
import { providerOf } from '../providers/providers.ts';
import type { CredentialOutcome } from '../proxy/messages.ts';
import { tokenForPrograms, wallWords } from '../proxy/exchange/wall-response.ts';
import { askForLog } from '../proxy/own-response.ts';
import type { OwnWords } from '../proxy/own-response.ts';
import { upstreamProblems } from './upstream-problem-codes.ts';
import type { ServerVerdict } from './server-verdict.ts';
import type { ServerFinding } from './state.ts';

/** A verdict on the credential of this connection as the state has it, in words. */
export function findingOf(verdict: ServerVerdict, configuration: ConnectionConfiguration): ServerFinding {
  const { origin, basePath } = configuration.tracking;
  const { host } = new URL(origin);
  switch (verdict.kind) {
    case 'accepted':
      return { kind: 'accepted', server: { user: verdict.user, notice: undefined } };
    case 'noPermission':
      return { kind: 'accepted', server: { user: undefined, notice: noPermission(host) } };
    case 'rejected':
      return rejected(host, verdict.status, configuration);
    case 'serverError':
      return { kind: 'unavailable', problem: serverError(host, verdict.status) };
    case 'refused':
      return { kind: 'unavailable', problem: refused(host, verdict.status) };
    case 'notMlflow':
      return {
        kind: 'unavailable',
        problem: notMlflow(
          l10n.t(
            '{0} responded, but not as an MLflow tracking server does (status {1}).',
            origin + basePath,
            verdict.status,
          ),
        ),
      };
  }
}

/** What a request of Python showed, as the local proxy tells it. */
export function findingOfOutcome(
  outcome: CredentialOutcome,
  configuration: ConnectionConfiguration,
): ServerFinding {
  switch (outcome.outcome) {
    case 'accepted':
      return { kind: 'accepted', server: undefined };
    case 'rejected':
      return findingOf({ kind: 'rejected', status: outcome.detail.status }, configuration);
    case 'wall': {
      const { code, message } = wallWords(outcome.detail);
      return wallFinding(code, message, configuration);
    }
  }
}

/** `own`: of a response of the local proxy itself; `undefined` when it is not about the tracking server. */
export function findingOfOwn(
  own: OwnWords,
  configuration: ConnectionConfiguration,
): ServerFinding | undefined {
  const { name, ...words } = parsed(own);
  if (name === 'wall' || name === 'notMlflow') {
    return wallFinding(`upstream.${name}`, words.message, configuration);
  }
  if (name === 'rejected') return findingOf({ kind: 'rejected', status: 401 }, configuration);
  if (name === 'moved' || name === 'httpsNeeded' || name === 'hostDenied') {
    return lastingFinding(`upstream.${name}`, words);
  }
  const problem = upstreamTrouble(own);
  return problem && { kind: 'unavailable', problem };
}

/** It stays so until somebody corrects the address here, or the names that the server knows for itself. */
function lastingFinding(
  code: 'upstream.moved' | 'upstream.httpsNeeded' | 'upstream.hostDenied',
  { message, remedy = '' }: OwnWords,
): ServerFinding {
  const problem = new Problem({
    ...{ code, message, remedy },
    retry: 'afterFix',
    ...(code !== 'upstream.hostDenied' && { action: { kind: 'openSetting', setting: 'trackingUri' } }),
  });
  return { kind: 'unavailable', problem };
}

function wallFinding(
  code: 'upstream.wall' | 'upstream.notMlflow',
  message: string,
  configuration: ConnectionConfiguration,
): ServerFinding {
  switch (code) {
    case 'upstream.wall': {
      const { remedy, action } = mending(configuration);
      const words = { message, remedy: [tokenForPrograms(), remedy, triedAgain()].join(' ') };
      const problem = new Problem({ code, retry: 'afterFix', action, ...words });
      return { kind: 'rejected', problem, of: 'anything' };
    }
    case 'upstream.notMlflow':
      return { kind: 'unavailable', problem: notMlflow(message) };
  }
}

/** What the local proxy says of it, with the code at its end. */
export function upstreamTrouble(own: OwnWords): Problem | undefined {
  const { name, ...words } = parsed(own);
  return isUpstreamCode(name) ? trouble(name, words) : undefined;
}

function parsed({ message: text, remedy }: OwnWords): OwnWords & { readonly name: string } {
  const [, words = '', name = ''] = /^(.*) \(upstream\.(\w+)\)$/s.exec(text) ?? [];
  if (remedy === undefined || !words.endsWith(remedy)) return { name, message: words };
  return { name, message: words.slice(0, -remedy.length).trim(), remedy };
}

type UpstreamCode = keyof typeof upstreamProblems;

function isUpstreamCode(name: string): name is UpstreamCode {
  return Object.hasOwn(upstreamProblems, name);
}

export function noResponse({ tracking }: ConnectionConfiguration, seconds: number): Problem {
  const { host } = new URL(tracking.origin);
  return trouble('timeout', {
    message: l10n.t('{0} did not respond within {1} s.', host, seconds),
    remedy: l10n.t('Check the network, the VPN, the firewall and the log of the server.'),
  });
}

/** In the middle of a response. */
export function cutOff({ tracking }: ConnectionConfiguration): ServerFinding {
  const { host } = new URL(tracking.origin);
  const message = l10n.t('{0} closed the connection in the middle of a response.', host);
  return { kind: 'unavailable', problem: trouble('dropped', { message, remedy: askForLog() }) };
}

function serverError(host: string, status: number): Problem {
  const message =
    status === 429
      ? l10n.t('{0} is limiting requests.', host)
      : l10n.t('{0} failed with status {1}.', host, status);
  return trouble('serverError', { message, remedy: askForLog() });
}

function refused(host: string, status: number): Problem {
  return trouble('serverError', {
    message: l10n.t('{0}, or a gateway before it, refuses the request (status {1}).', host, status),
    remedy: l10n.t(
      'Check mlflowSecretsAuth.trackingUri. If it is right, ask the administrator of the server to read its log.',
    ),
  });
}

/** Where a setting of ours may be wrong, or what is missing. */
const mendingSettings: Readonly<Partial<Record<UpstreamCode, SettingKey>>> = {
  dns: 'trackingUri',
  refused: 'trackingUri',
  tlsName: 'trackingUri',
  tlsProtocol: 'trackingUri',
  tlsUntrusted: 'tls.caFile',
  caFile: 'tls.caFile',
  clientCertificateRequired: 'tls.clientCertFile',
  clientCertificateRejected: 'tls.clientCertFile',
  clientCertificateMissing: 'tls.clientCertFile',
  clientCertificateUnreadable: 'tls.clientCertFile',
  clientCertificateKeyMismatch: 'tls.clientKeyFile',
  clientCertificateKeyEncrypted: 'tls.clientKeyFile',
};

/** What may pass, so that the server is asked again soon. */
function trouble(name: UpstreamCode, { message, remedy }: OwnWords): Problem {
  const again = triedAgain();
  const setting = mendingSettings[name];
  return new Problem({
    code: `upstream.${name}`,
    message,
    remedy: remedy === undefined ? again : `${remedy} ${again}`,
    retry: 'automatic',
    ...(setting && { action: { kind: 'openSetting', setting } }),
  });
}

function noPermission(host: string): Problem {
  return new Problem({
    code: 'upstream.noPermission',
    message: l10n.t('{0} accepts the credential, but does not let it list experiments.', host),
    remedy: l10n.t('If requests from Python are rejected, ask your MLflow administrator for permission.'),
    retry: 'afterFix',
  });
}

function rejected(host: string, status: number, configuration: ConnectionConfiguration): ServerFinding {
  const problem = new Problem({
    code: 'upstream.rejected',
    message:
      status === 403
        ? l10n.t(
            '{0} rejects the request (status 403): the credential, this machine or its network is not allowed.',
            host,
          )
        : rejectedSentence(host, configuration),
    retry: 'afterFix',
    ...mending(configuration),
  });
  const what = configuration.authMode === 'bearer' ? 'token' : 'password';
  return { kind: 'rejected', problem, of: status === 403 ? 'anything' : what };
}

function rejectedSentence(host: string, { authMode, headerName }: ConnectionConfiguration): string {
  if (authMode === 'auto') return l10n.t('{0} does not accept this credential.', host);
  if (authMode === 'basic') return l10n.t('{0} does not accept this user name and password.', host);
  return headerName.toLowerCase() === 'authorization'
    ? l10n.t('{0} does not accept this token.', host)
    : l10n.t('{0} does not accept this value of the header {1}.', host, headerName);
}

/** Who has the right one: the user, or the secret store. */
function mending({ source }: ConnectionConfiguration): Required<Pick<ProblemDetails, 'remedy' | 'action'>> {
  const provider = providerOf(source);
  return provider.isSecretEntered
    ? { remedy: l10n.t('Enter the credential again.'), action: { kind: 'enterCredential', isSecret: true } }
    : {
        remedy: l10n.t('Correct the secret in {0}, then run "MLflow: Refresh Secret".', provider.name()),
        action: { kind: 'refresh' },
      };
}

function notMlflow(message: string): Problem {
  return new Problem({
    code: 'upstream.notMlflow',
    message,
    remedy: l10n.t('Check mlflowSecretsAuth.trackingUri, also the path at its end.'),
    retry: 'afterFix',
    action: { kind: 'openSetting', setting: 'trackingUri' },
  });
}
