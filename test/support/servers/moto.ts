import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { tools } from '../setup/parts.mjs';
import { freePort, startChild } from './child.ts';

export interface MotoServer {
  readonly endpoint: string;
  readonly logFile: string;
  stop(): Promise<void>;
}

/** Moto's server: Secrets Manager, STS, IAM and others over HTTP, in memory. */
export async function startMoto(options: {
  readonly folder: string;
  readonly env?: Readonly<Record<string, string>>;
}): Promise<MotoServer> {
  await mkdir(options.folder, { recursive: true });
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const child = await startChild({
    command: tools.program('moto', 'moto_server'),
    args: ['-H', '127.0.0.1', '-p', String(port)],
    logFile: join(options.folder, 'moto.log'),
    env: { ...process.env, ...options.env },
    isReady: async () => (await fetch(`${endpoint}/moto-api/`)).status === 200,
    readyWithinMs: 30_000,
  });
  return { endpoint, logFile: child.logFile, stop: async () => child.stop() };
}
