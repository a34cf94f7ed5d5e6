import * as l10n from '@vscode/l10n';
import { Problem, triedAgain } from '../../problem.ts';
import type { ProblemAction, ProblemDetails } from '../../problem.ts';
import type { SettingKey } from '../../settings/manifest.ts';

/** A problem of one provider before it bears that provider's name. */
export interface Fault<Code extends string = string> extends Omit<
  ProblemDetails,
  'code' | 'action' | 'retryAfterMs'
> {
  /** Below the provider: `sealed` becomes `vault.sealed`. */
  readonly code: Code;
  readonly action?: ProblemAction | undefined;
  readonly retryAfterMs?: number | undefined;
}

/** The fault as a `Problem` under its full code. */
export function problemOfFault(
  code: ProblemDetails['code'],
  { action, retryAfterMs, ...details }: Omit<Fault, 'code'>,
): Problem {
  return new Problem({
    ...details,
    code,
    ...(action && { action }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

/** The button that opens a setting. */
export function openSetting(key: SettingKey): ProblemAction {
  return { kind: 'openSetting', setting: key };
}

/** A command for the user to run; `name` is its short form, for the button. */
export function runInTerminal(command: string, name: string): Pick<Fault, 'remedy' | 'action'> {
  return {
    remedy: l10n.t('Run "{0}" in a terminal. MLflow then connects again, automatically.', command),
    action: { kind: 'runInTerminal', command, label: l10n.t('Run {0}', name) },
  };
}

/** A value that cannot be right; found before anything is called with it. */
export function malformedSetting(
  key: SettingKey,
  message: string,
  remedy: string,
): Fault<'malformedSetting'> {
  return { code: 'malformedSetting', message, remedy, retry: 'afterFix', action: openSetting(key) };
}

type CommonFault = Omit<Fault, 'code'>;

/** 429. `server` is its name for people, here and below: `Vault at https://vault.company.com`. */
export function rateLimited(server: string, retryAfterMs: number | undefined): CommonFault {
  return {
    message: l10n.t('{0} is limiting requests.', server),
    remedy: l10n.t(
      'The extension tries again automatically. With a larger mlflowSecretsAuth.cache.ttlSeconds, it sends fewer requests.',
    ),
    retry: 'automatic',
    retryAfterMs,
  };
}

/** 5xx. */
export function serverFault(server: string, status: number): CommonFault {
  return {
    message: l10n.t('{0} failed with status {1}.', server, status),
    remedy: triedAgain(),
    retry: 'automatic',
  };
}

/** A response that the server itself cannot have sent: a captive portal's, a proxy's. `httpProxy`: as `httpProxyName`. */
export function intercepted(server: string, status: number, httpProxy: string | undefined): CommonFault {
  return {
    message: l10n.t(
      'Something between this machine and {0} responded in its place (status {1}).',
      server,
      status,
    ),
    remedy:
      httpProxy === undefined
        ? l10n.t('Check the network and the firewall, or ask your network administrator.')
        : l10n.t(
            'Check the HTTP proxy of {0} and the firewall, or ask your network administrator.',
            httpProxy,
          ),
    retry: status >= 500 ? 'automatic' : 'afterFix',
  };
}
