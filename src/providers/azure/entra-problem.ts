import * as l10n from '@vscode/l10n';
import { intercepted, rateLimited, serverFault } from '../transport/fault.ts';
import { retryAfterMs } from '../transport/retry-after.ts';
import type { AzureConfiguration } from './configuration.ts';
import type { SignInResponse } from './credential.ts';
import type { AzureFault } from './problem.ts';
import { signInAgain } from './sign-in-again.ts';

/** Where nothing else is said, somebody has to act before a retry can help. */
export type SignInFault = Omit<AzureFault, 'retry'> & Partial<Pick<AzureFault, 'retry'>>;

/** What was signed in for, and what came of it. */
export interface FailedSignIn {
  readonly configuration: AzureConfiguration;
  readonly signInResponse: SignInResponse | undefined;
  /** Wall-clock milliseconds. */
  readonly now: number;
  /** As `httpProxyName`. */
  readonly httpProxy: string | undefined;
}

/** What Microsoft Entra, or whoever responds in its place, said; `undefined` where nobody was asked. */
export function entraFault(
  messages: readonly string[],
  isResponse: boolean,
  signIn: FailedSignIn,
): SignInFault | undefined {
  const codes = entraCodes(messages);
  const rule = entraRules.find((one) => one.codes.some((code) => codes.has(code)));
  if (rule !== undefined) return rule.explain(signIn.configuration);
  return serviceFault(signIn) ?? (codes.size > 0 || isResponse ? refused([...codes]) : undefined);
}

const entra = { name: () => 'Microsoft Entra' };

/** The service itself is in trouble, or somebody else responds in its place. */
function serviceFault({ signInResponse: response, now, httpProxy }: FailedSignIn): SignInFault | undefined {
  if (response === undefined) return undefined;
  const { status, isJson, retryAfter } = response;
  const wait = retryAfterMs(retryAfter, now);
  if (status === 429) return { code: 'throttled', ...rateLimited(entra.name(), wait) };
  if (status >= 500) return { code: 'serverFault', ...serverFault(entra.name(), status), retryAfterMs: wait };
  return isJson ? undefined : { code: 'notKeyVault', ...intercepted(entra.name(), status, httpProxy) };
}

/** For a reason that none of the rules knows: Microsoft lists more than a thousand. */
function refused(codes: readonly number[]): SignInFault {
  const [code] = codes;
  return {
    code: 'signInRefused',
    message:
      code === undefined
        ? l10n.t('Microsoft Entra refused the sign-in.')
        : l10n.t('Microsoft Entra refused the sign-in ({0}).', `AADSTS${code}`),
    remedy: l10n.t(
      'https://login.microsoftonline.com/error explains such codes; your Azure administrator can see the reason in the sign-in logs.',
    ),
  };
}

interface EntraRule {
  /** Microsoft Entra authentication and authorization error codes: AADSTS and these. */
  readonly codes: readonly number[];
  readonly explain: (configuration: AzureConfiguration) => SignInFault;
}

const entraRules: readonly EntraRule[] = [
  {
    codes: [7000215, 7000216, 700027, 50012],
    explain: () => ({
      code: 'clientSecretWrong',
      message: l10n.t('Microsoft Entra rejected the client secret or certificate of the application.'),
      remedy: l10n.t(
        'Check AZURE_CLIENT_SECRET or the certificate; it must be the value of the secret, not its ID.',
      ),
    }),
  },
  {
    codes: [700024, 500133],
    explain: () => ({
      code: 'clockSkew',
      message: l10n.t(
        'Microsoft Entra takes the proof of who signs in for too old or too new: the clock of this machine is wrong, or the token file of the workload identity is not renewed.',
      ),
      remedy: l10n.t(
        'Correct the date and time of this machine. If they are right, check the file that AZURE_FEDERATED_TOKEN_FILE names.',
      ),
    }),
  },
  {
    codes: [7000222],
    explain: () => ({
      code: 'clientSecretExpired',
      message: l10n.t('The client secret of the application has expired.'),
      remedy: l10n.t('Create a new one for the application, and set AZURE_CLIENT_SECRET to it.'),
    }),
  },
  {
    codes: [700016, 7000112],
    explain: () => ({
      code: 'applicationUnknown',
      message: l10n.t('The tenant does not know the application, or the application is disabled.'),
      remedy: l10n.t('Check AZURE_CLIENT_ID and the tenant.'),
    }),
  },
  {
    codes: [90002, 900023],
    explain: () => ({
      code: 'tenantUnknown',
      message: l10n.t('Microsoft Entra does not know the tenant.'),
      remedy: l10n.t('Check mlflowSecretsAuth.azure.tenantId and AZURE_TENANT_ID.'),
    }),
  },
  {
    codes: [90033, 90055],
    explain: () => ({ code: 'throttled', ...rateLimited(entra.name(), undefined) }),
  },
  {
    codes: [53000, 53001, 53003, 50158, 530004],
    explain: () => ({
      code: 'conditionalAccess',
      message: l10n.t('A conditional access policy of the tenant blocks this sign-in.'),
      remedy: l10n.t('Ask your Azure administrator which devices and networks are allowed.'),
    }),
  },
  {
    codes: [50076, 50079, 50173, 65001, 70043, 70044, 700082, 700084],
    explain: (configuration) => ({
      code: 'signInExpired',
      message: l10n.t('The Azure sign-in has expired or requires your consent.'),
      ...signInAgain(configuration),
    }),
  },
];

function entraCodes(messages: readonly string[]): ReadonlySet<number> {
  return new Set(messages.flatMap((message) => [...message.matchAll(/AADSTS(\d+)/g)]).map(codeOf));
}

function codeOf([, digits]: RegExpExecArray): number {
  return Number(digits);
}
