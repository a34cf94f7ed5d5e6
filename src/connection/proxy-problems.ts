import * as l10n from '@vscode/l10n';
import { Problem } from '../problem.ts';
import type { FromWorker } from '../proxy/messages.ts';

type Failed = Extract<FromWorker, { type: 'listenFailed' }>;

/** `program`: that has the port, for people. */
export function portProblem({ port, code }: Failed, isConfigured: boolean, program: string): Problem {
  if (code === 'EADDRINUSE' && isConfigured) {
    return new Problem({
      code: 'proxy.portTaken',
      message: l10n.t('Port {0} is in use by {1}.', port, program),
      remedy: l10n.t('Stop that program, or set mlflowSecretsAuth.proxy.port to a free port or to 0.'),
      retry: 'afterFix',
      action: { kind: 'openSetting', setting: 'proxy.port' },
    });
  }
  return new Problem({
    code: 'proxy.listen',
    message: l10n.t('The local proxy could not listen on 127.0.0.1:{0} ({1}).', port, code),
    remedy: l10n.t(
      'Run "MLflow: Connect" again. If it fails again, set mlflowSecretsAuth.proxy.port to a free port.',
    ),
    retry: 'afterFix',
    action: { kind: 'retry' },
  });
}

export function lostProblem(reason: string): Problem {
  return new Problem({
    code: 'proxy.lost',
    message: l10n.t('The local proxy stopped and could not be restarted ({0}).', reason),
    remedy: l10n.t('Run "MLflow: Connect" again. If it happens again, report it together with the log.'),
    retry: 'afterFix',
    action: { kind: 'retry' },
  });
}
