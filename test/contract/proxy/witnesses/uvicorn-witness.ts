import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startOnFreePort } from '../../../support/servers/child.ts';
import { runFolder } from '../../../support/servers/run-folder.ts';
import { ensure, tools } from '../../../support/setup/parts.mjs';
import type { Seen, WitnessKind } from './witness.ts';

/** The uvicorn of MLflow's own environment, with the parser that it has there, started as `mlflow server` starts it. */
export const uvicornWitness: WitnessKind = {
  name: 'MLflow’s uvicorn',
  start: async () => {
    await ensure(['mlflow']);
    const folder = await runFolder('uvicorn');
    const askAt = async (port: number, path: string): Promise<string> =>
      (await fetch(`http://127.0.0.1:${port}/-/${path}`)).text();
    const { port, stop } = await startOnFreePort((port) => ({
      command: tools.python('mlflow'),
      args: [
        ...['-m', 'uvicorn', 'recording_app:app', '--app-dir', import.meta.dirname],
        ...['--host', '127.0.0.1', '--port', String(port), '--workers', '1'],
        ...['--no-access-log', '--timeout-keep-alive', '60'],
      ],
      logFile: join(folder, 'uvicorn.log'),
      env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
      isReady: async () => (await askAt(port, 'forget')) === 'ok',
      readyWithinMs: 120_000,
    }));
    const authority = `127.0.0.1:${port}`;
    return {
      origin: `http://${authority}`,
      authority,
      seen: async () => JSON.parse(await askAt(port, 'seen')) as Seen,
      forget: async () => {
        await askAt(port, 'forget');
      },
      stop: async () => {
        await stop();
        await rm(folder, { recursive: true, force: true });
      },
    };
  },
};
