import * as l10n from '@vscode/l10n';
import type { Problem } from '../problem.ts';
import type { ConnectionStatus } from './connection-status.ts';
import type { EndpointDependencies } from './local-endpoint.ts';
import type { LocalProxyEvents } from './local-proxy-events.ts';
import type { RunningConnection } from './running-connection.ts';
import type { Steps } from './steps.ts';

interface Connection {
  readonly dependencies: Pick<EndpointDependencies, 'environment' | 'sessionToken' | 'log'>;
  readonly status: ConnectionStatus;
  readonly steps: Steps;
  readonly running: () => RunningConnection | undefined;
  readonly failed: (problem: Problem) => void;
  readonly restored: () => Promise<void>;
  readonly renewUpstream: () => Promise<void>;
  readonly ended: () => Promise<unknown>;
}

/** What the local proxy reports, given to those whom it concerns. */
export function proxyEvents(connection: Connection): LocalProxyEvents {
  const { dependencies, status, steps, running, failed, restored, renewUpstream, ended } = connection;
  const { environment, sessionToken, log } = dependencies;
  return {
    onCredentialNeeded: (need) => running()?.credentialNeeded(need),
    onCredentialOutcome: (outcome) => running()?.outcomeChanged(outcome),
    onLent: (secret) => running()?.lent(secret),
    onStatistics: (statistics) => {
      status.counted(statistics);
      running()?.counted(statistics);
    },
    onDenied: (reason, count, detail) => status.denied(reason, count, detail),
    onUpstream: (trouble) => {
      running()?.upstreamChanged(trouble);
      // A certificate may have been renewed before anybody looked for it.
      if (trouble.message !== undefined) void renewUpstream();
    },
    onLost: (problem) =>
      void steps.run(async (signal) => {
        environment.clear();
        await sessionToken.revoke();
        if (!signal.aborted) failed(problem);
      }),
    onInterrupted: (reason) => {
      environment.clear();
      log('warn', l10n.t('The local proxy stopped ({0}) and is started again.', reason));
    },
    onEnded: () => void ended(),
    onRestored: () => void restored(),
  };
}
