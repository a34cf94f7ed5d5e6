import { join } from 'node:path';
import { startOrigin, startPeer, type Nginx } from './nginx.ts';
import { ProxyProcess } from '../support/proxy-process/proxy-process.ts';
import type { Targets } from './target.ts';
import { startSink } from './transfer.ts';

export const authorization = 'Bearer canary-bench-upstream-token-0123456789abcdef';
const sessionToken = 'canary-bench-session-token-0123456789abcdef';

/** Everything that runs during a benchmark: origin, sink for uploads, nginx as peer, and the proxy. */
export interface Servers {
  readonly origin: Nginx;
  readonly sinkPort: number;
  readonly nginx: Nginx;
  readonly proxy: ProxyProcess;
  readonly targets: Targets;
  readonly sessionToken: string;
}

export async function startServers(folder: string, bundle: string, fileBytes: number): Promise<Servers> {
  const origin = await startOrigin(join(folder, 'origin'), { authorization, fileBytes });
  const sinkPort = await startSink(authorization);
  const nginx = await startPeer(join(folder, 'peer'), { origin: origin.port, sink: sinkPort, authorization });
  const proxy = await ProxyProcess.start({ bundle, originPort: origin.port, sessionToken, authorization });
  return {
    origin,
    sinkPort,
    nginx,
    proxy,
    sessionToken,
    targets: {
      direct: { name: 'direct', port: origin.port, authorization },
      nginx: { name: 'nginx', port: nginx.port, authorization: `Bearer ${sessionToken}` },
      proxy: { name: 'proxy', port: proxy.port, authorization: `Bearer ${sessionToken}` },
    },
  };
}
