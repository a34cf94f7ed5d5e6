import * as l10n from '@vscode/l10n';
import type { Environment } from '../../environment.ts';
import type { AwsConfiguration } from './configuration.ts';
import type { AwsTarget } from './target.ts';

/** The fields of an error that the SDK threw, as far as they are used. */
export interface SdkError extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
  readonly $response?: { readonly headers?: Readonly<Record<string, string | undefined>> };
}

/** What was asked for when the SDK threw. */
export interface FailedCall {
  readonly configuration: AwsConfiguration;
  readonly target: AwsTarget;
  readonly environment: Environment;
  /** As `httpProxyName`. */
  readonly httpProxy: string | undefined;
}

/** The secret in quotes, for people. */
export function secretOf({ target }: FailedCall): string {
  return JSON.stringify(target.secretId);
}

/** Region and account, for people. */
export function placeOf({ target }: FailedCall): string {
  const region = target.region ?? l10n.t('the default region');
  return target.account === undefined ? region : l10n.t('{0} of account {1}', region, target.account);
}
