import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { tools } from '../setup/parts.mjs';
import { startOnFreePort } from './child.ts';

export interface MotoServer {
  readonly url: string;
  readonly port: number;
  readonly logFile: string;
  stop(): Promise<void>;
}

/** Moto's server: Secrets Manager, STS, IAM and others over HTTP, in memory. */
export async function startMoto(options: { readonly folder: string }): Promise<MotoServer> {
  await mkdir(options.folder, { recursive: true });
  const urlAt = (port: number): string => `http://127.0.0.1:${port}`;
  const { port, logFile, stop } = await startOnFreePort((port) => ({
    command: tools.program('moto', 'moto_server'),
    args: ['-H', '127.0.0.1', '-p', String(port)],
    logFile: join(options.folder, 'moto.log'),
    isReady: async () => (await fetch(`${urlAt(port)}/moto-api/`)).status === 200,
    readyWithinMs: 120_000,
  }));
  return { url: urlAt(port), port, logFile, stop };
}
