import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import type { Bootstrap, StartReport } from '../proxy/control/control-messages.ts';

/** For a process to start and to listen, on a machine that is busy. */
const startTimeoutMs = 10_000;
const maxReportBytes = 4096;

/** As for the worker: what is made for one request is soon garbage. Megabytes. */
const heapFlags = ['--max-semi-space-size=1'];
/** Without it, SIGUSR1 opens an inspector that asks nobody who he is; until the process takes the signal itself. */
const noInspectorFlag = '--disable-sigusr1';

/** Of the environment, only that without which the program does not start. */
const kept = ['LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH', 'SystemRoot', 'TEMP', 'TMPDIR'];

/**
 * Starts the proxy in a process of its own, which outlives this one: what it is told comes by its standard input, so that
 * no other program sees it. Rejects when it does not start.
 */
export async function spawnProxy(file: string, bootstrap: Bootstrap): Promise<StartReport> {
  const child = spawn(...commandLine(file), {
    detached: true,
    windowsHide: true,
    cwd: '/',
    env: {
      ...Object.fromEntries(kept.flatMap((name) => [[name, process.env[name]]])),
      ELECTRON_RUN_AS_NODE: '1',
      // Node.js hands it on where it is not said.
      NODE_V8_COVERAGE: undefined,
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(JSON.stringify(bootstrap));
  try {
    return await reportOf(child);
  } finally {
    child.stdout.destroy();
    child.unref();
  }
}

/** A core dump would have the credential in it. */
function commandLine(file: string): [command: string, args: readonly string[]] {
  const { allowedNodeEnvironmentFlags: known } = process;
  const flags = [...heapFlags, ...(known.has(noInspectorFlag) ? [noInspectorFlag] : [])];
  const command = [process.execPath, ...flags, file];
  if (process.platform === 'win32') return [process.execPath, command.slice(1)];
  return ['/bin/sh', ['-c', 'ulimit -c 0; exec "$@"', 'sh', ...command]];
}

async function reportOf(child: ChildProcess): Promise<StartReport> {
  const { promise, resolve, reject } = Promise.withResolvers<StartReport>();
  const timer = setTimeout(() => {
    child.kill('SIGKILL');
    reject(new Error('late'));
  }, startTimeoutMs);
  let text = '';
  child.stdout?.on('data', (bytes: Buffer) => {
    text += bytes.toString('latin1');
    if (text.includes('\n')) resolve(JSON.parse(text) as StartReport);
    else if (text.length > maxReportBytes) reject(new Error('no report'));
  });
  child.on('error', reject);
  child.on('close', (code, signal) => reject(new Error(signal ?? `exit code ${code ?? '?'}`)));
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
  }
}
