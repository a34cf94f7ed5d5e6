import * as l10n from '@vscode/l10n';
import { connectionRow, processWith, readSocketTable } from '../../network/socket-owner.ts';

const lookupTimeoutMs = 300;

/**
 * Who is at the other end of a local connection: "from python3 (process 4711)". Empty where the system does not say,
 * which only Linux does. Never rejects.
 */
export async function describePeer(
  remotePort: number | undefined,
  localPort: number | undefined,
): Promise<string> {
  if (process.platform !== 'linux' || remotePort === undefined || localPort === undefined) return '';
  const bound = new AbortController();
  const timer = setTimeout(() => bound.abort(), lookupTimeoutMs);
  const late = new Promise<string>((resolve) => bound.signal.addEventListener('abort', () => resolve('')));
  try {
    return await Promise.race([find(remotePort, localPort, bound.signal), late]);
  } catch {
    // A process that ended meanwhile, or another user's.
    return '';
  } finally {
    clearTimeout(timer);
  }
}

async function find(remotePort: number, localPort: number, signal: AbortSignal): Promise<string> {
  const row =
    connectionRow(await readSocketTable('tcp', localPort), remotePort, localPort) ??
    connectionRow(await readSocketTable('tcp6', localPort), remotePort, localPort);
  if (row === undefined || row.inode === '0') return '';
  const found = await processWith(row.inode, signal);
  if (found !== undefined) return l10n.t('from {0} (process {1})', found.name, found.pid);
  return signal.aborted ? '' : l10n.t('from a process of another user');
}
