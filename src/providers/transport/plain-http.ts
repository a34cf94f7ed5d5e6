import * as l10n from '@vscode/l10n';
import type { Fault } from './fault.ts';

/** As of a source's context. */
export interface HttpProxyWay {
  readonly isHttpProxyApproved?: (() => boolean) | undefined;
}

/**
 * Whether an HTTP proxy that nobody has approved would read the request and what comes back: the editor takes another one
 * as soon as a folder names it, also for what is under way, such as a token that is given back because settings changed.
 */
export function isReadOnTheWay(
  protocol: string | undefined,
  { isHttpProxyApproved = () => true }: HttpProxyWay,
): boolean {
  return protocol === 'http:' && !isHttpProxyApproved();
}

/** `server`: for people, as in all common faults. */
export function otherHttpProxy(server: string): Omit<Fault, 'code'> {
  return {
    message: l10n.t(
      'The HTTP proxy on the way to {0} is another one than you approved. Nothing was sent.',
      server,
    ),
    remedy: l10n.t('Run "MLflow: Connect" and review the destination.'),
    retry: 'automatic',
  };
}
