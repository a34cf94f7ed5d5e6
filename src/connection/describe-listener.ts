import * as l10n from '@vscode/l10n';
import { listenerAt, processWith } from '../network/socket-owner.ts';
import { ownProcessAt } from './end-own-processes.ts';

const timeoutMs = 1000;

/** "python3 (process 4711)", as far as the system says who listens there; only Linux does. */
export async function describeListener(port: number): Promise<string> {
  const unknown = l10n.t('another program');
  if (process.platform !== 'linux') return unknown;
  try {
    const row = await listenerAt(port);
    if (row === undefined) return unknown;
    const own = await ownProcessAt(port);
    if (own !== undefined) return l10n.t('another MLflow Secrets Auth process ({0})', own);
    const found = await processWith(row.inode, AbortSignal.timeout(timeoutMs));
    return found === undefined
      ? l10n.t('a program of another user')
      : l10n.t('{0} (process {1})', found.name, found.pid);
  } catch {
    // It ended meanwhile.
    return unknown;
  }
}
