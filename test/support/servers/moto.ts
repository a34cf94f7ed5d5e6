import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { tools } from '../setup/parts.mjs';
import { freePort, startChild } from './child.ts';

export interface MotoServer {
  readonly url: string;
  readonly port: number;
  readonly logFile: string;
  stop(): Promise<void>;
}

/** Moto's server: Secrets Manager, STS, IAM and others over HTTP, in memory. */
export async function startMoto(options: { readonly folder: string }): Promise<MotoServer> {
  await mkdir(options.folder, { recursive: true });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = await startChild({
    command: tools.program('moto', 'moto_server'),
    args: ['-H', '127.0.0.1', '-p', String(port)],
    logFile: join(options.folder, 'moto.log'),
    isReady: async () => (await fetch(`${url}/moto-api/`)).status === 200,
    readyWithinMs: 30_000,
  });
  return { url, port, logFile: child.logFile, stop: async () => child.stop() };
}
