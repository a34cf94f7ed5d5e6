/** What is wrong with single sign-on itself, or on the way to it. */
import * as l10n from '@vscode/l10n';
import { networkProblem } from '../transport/network-problem.ts';
import type { Problem } from '../../problem.ts';
import { rateLimited } from '../transport/fault.ts';
import { errorInside } from './error-inside.ts';
import type { AwsFault } from './problem.ts';

const service = (): string => l10n.t('The AWS sign-in service');

/** Why it could not be reached; `undefined` where that is not what the error says. */
export function signInNetworkProblem(error: Error, httpProxy: string | undefined): Problem | undefined {
  return networkProblem(errorInside(error), { provider: 'aws', name: service(), httpProxy });
}

export function throttled(): AwsFault {
  return { code: 'throttled', ...rateLimited(service(), undefined) };
}

export function notAws(): AwsFault {
  return {
    code: 'notAws',
    message: l10n.t(
      'The AWS sign-in service is in trouble, or something on the network responded in its place.',
    ),
    remedy: l10n.t(
      'The extension tries again automatically. If it persists, check the HTTP proxy and the firewall.',
    ),
    retry: 'automatic',
  };
}
