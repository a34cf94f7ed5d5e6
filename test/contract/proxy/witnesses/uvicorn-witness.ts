import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, startChild } from '../../../support/servers/child.ts';
import { runFolder } from '../../../support/servers/run-folder.ts';
import { ensure, tools } from '../../../support/setup/parts.mjs';
import type { Seen, WitnessKind } from './witness.ts';

/** The uvicorn of MLflow's own environment, with the parser that it has there, started as `mlflow server` starts it. */
export const uvicornWitness: WitnessKind = {
  name: 'MLflow’s uvicorn',
  start: async () => {
    await ensure(['mlflow']);
    const folder = await runFolder('uvicorn');
    const port = await freePort();
    const authority = `127.0.0.1:${port}`;
    const origin = `http://${authority}`;
    const ask = async (path: string): Promise<string> => (await fetch(`${origin}/-/${path}`)).text();
    const child = await startChild({
      command: tools.python('mlflow'),
      args: [
        ...['-m', 'uvicorn', 'recording_app:app', '--app-dir', import.meta.dirname],
        ...['--host', '127.0.0.1', '--port', String(port), '--workers', '1'],
        ...['--no-access-log', '--timeout-keep-alive', '60'],
      ],
      logFile: join(folder, 'uvicorn.log'),
      env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
      isReady: async () => (await ask('forget')) === 'ok',
      readyWithinMs: 60_000,
    });
    return {
      origin,
      authority,
      seen: async () => JSON.parse(await ask('seen')) as Seen,
      forget: async () => {
        await ask('forget');
      },
      stop: async () => {
        await child.stop();
        await rm(folder, { recursive: true, force: true });
      },
    };
  },
};
