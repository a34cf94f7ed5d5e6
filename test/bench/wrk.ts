import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Target } from './target.ts';

const run = promisify(execFile);
const script = fileURLToPath(new URL('wrk.lua', import.meta.url));

export interface WrkLoad {
  readonly path: string;
  readonly connections: number;
  /** Seconds; fractions are rounded up by wrk's own clock. */
  readonly seconds: number;
  readonly method: 'GET' | 'POST';
  readonly bodyBytes: number;
  /** Pause before each request of each connection, in milliseconds: 0 for as fast as possible. */
  readonly delayMs: number;
}

export interface WrkResult {
  readonly requests: number;
  readonly requestsPerSecond: number;
  readonly p50us: number;
  readonly p99us: number;
}

interface WrkReport extends Omit<WrkResult, 'requestsPerSecond'> {
  readonly durationUs: number;
  readonly non2xx: number;
  readonly socketErrors: number;
}

/** One load by one wrk thread. A run with any wrong answer or failed socket is an error, not a figure. */
export async function wrk(target: Target, load: WrkLoad): Promise<WrkResult> {
  const { stdout } = await run(
    'wrk',
    [
      ...[
        '-t1',
        `-c${load.connections}`,
        `-d${load.seconds}s`,
        '--timeout',
        '10s',
        '--latency',
        '-s',
        script,
      ],
      `${target.scheme}://127.0.0.1:${target.port}${load.path}`,
      ...['--', load.method, String(load.bodyBytes), String(load.delayMs), target.authorization],
    ],
    { timeout: (load.seconds + 30) * 1000 },
  );
  const line = stdout.split('\n').find((text) => text.startsWith('{'));
  if (line === undefined) throw new Error(`wrk printed no result: ${stdout}`);
  const report = JSON.parse(line) as WrkReport;
  if (report.non2xx > 0 || report.socketErrors > 0 || report.requests === 0) {
    throw new Error(`${target.name}: wrk saw wrong answers: ${line}`);
  }
  const { requests, durationUs, p50us, p99us } = report;
  return { requests, requestsPerSecond: requests / (durationUs / 1e6), p50us, p99us };
}
