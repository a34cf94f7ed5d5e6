import type { ToWorker } from '../../../src/proxy/messages.ts';
import type { AttachedWindow } from '../../support/proxy-process/attached-window.ts';
import type { RecordingUpstream } from './recording-upstream.ts';
import { credential, sessionToken } from './test-proxy.ts';

/** What a window tells the process that connects to this server. */
export function connectingTo({ origin }: RecordingUpstream, version = 1, of = 'one'): readonly ToWorker[] {
  return [
    { type: 'credential', credential: { kind: 'pending', of } },
    {
      type: 'upstream',
      upstream: {
        ...{ id: '', origin, basePath: '', httpProxy: undefined, clientCertificate: undefined },
        trust: { kind: 'roots', added: [], isComplete: true },
      },
    },
    { type: 'credential', credential: credential(version) },
  ];
}

/** Of a request with the session token. */
export async function statusAt({ port }: Pick<AttachedWindow, 'port'>): Promise<number> {
  const headers = { authorization: `Bearer ${sessionToken}` };
  return (await fetch(`http://127.0.0.1:${port}/api/x`, { headers })).status;
}
