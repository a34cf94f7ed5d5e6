import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ProxyProcess } from '../support/proxy-process/proxy-process.ts';
import type { TrackingServer } from '../support/proxy-process/proxy-process.ts';
import { makeCertificates } from '../support/servers/certificates.ts';
import { startOrigin, startPeer, type Nginx } from './nginx.ts';
import type { Scheme, Targets } from './target.ts';
import { startSink } from './transfer.ts';

export const authorization = 'Bearer canary-bench-upstream-token-0123456789abcdef';
const sessionToken = 'canary-bench-session-token-0123456789abcdef';

/** Where requests, and where uploads are sent on to. */
export interface Upstreams {
  readonly requests: TrackingServer;
  readonly uploads: TrackingServer;
}

/** Everything that runs during a benchmark: origin, sink for uploads, nginx as peer, and the proxy. */
export interface Servers {
  readonly nginx: Nginx;
  /** At first in front of `upstreams.http.requests`; whoever sets it in front of another sets it back. */
  readonly proxy: ProxyProcess;
  readonly upstreams: Readonly<Record<Scheme, Upstreams>>;
  readonly targets: Readonly<Record<Scheme, Targets>>;
  readonly sessionToken: string;
}

export async function startServers(folder: string, bundle: string, fileBytes: number): Promise<Servers> {
  const certificateFolder = join(folder, 'certificates');
  await mkdir(certificateFolder, { recursive: true });
  const certificates = await makeCertificates(certificateFolder, ['localhost', '127.0.0.1']);
  // nginx's worker is another user than its master.
  await chmod(certificates.caFile, 0o644);
  const sinkPort = await startSink(authorization);
  const origin = await startOrigin(join(folder, 'origin'), {
    ...{ authorization, fileBytes, certificates, sinkPort },
  });
  const peer = await startPeer(join(folder, 'peer'), { origin, sinkPort, authorization, certificates });
  const http = { requests: { port: origin.port }, uploads: { port: sinkPort } };
  const secure = { port: origin.tlsPort, ca: certificates.ca };
  const proxy = await ProxyProcess.start({ bundle, server: http.requests, sessionToken, authorization });
  const targets = (scheme: Scheme, directPort: number, nginxPort: number): Targets => ({
    direct: { name: 'direct', scheme, port: directPort, authorization },
    nginx: { name: 'nginx', scheme: 'http', port: nginxPort, authorization: `Bearer ${sessionToken}` },
    proxy: { name: 'proxy', scheme: 'http', port: proxy.port, authorization: `Bearer ${sessionToken}` },
  });
  return {
    ...{ nginx: peer, proxy, sessionToken },
    upstreams: { http, https: { requests: secure, uploads: secure } },
    targets: {
      http: targets('http', origin.port, peer.port),
      https: targets('https', origin.tlsPort, peer.tlsPort),
    },
  };
}
