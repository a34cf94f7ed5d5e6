import { tools } from '../support/setup/parts.mjs';
import { title, whole, type Context } from './context.ts';
import { logMetricClients, type PythonClient } from './log-metric-clients.ts';
import { table } from '../support/table.ts';
import { median, pairedRatio } from '../support/statistics.ts';
import { createInterface } from 'node:readline';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { start, stop as stopProcess } from '../support/proxy-process/processes.ts';

const script = fileURLToPath(new URL('log_metric.py', import.meta.url));
/** Calls in a row before the next client has its turn. */
const turn = 50;

class Driver {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  constructor(python: string, client: PythonClient) {
    this.#child = start(python, [script, client.trackingUri], { ...cleared(), ...client.environment });
    this.#lines = createInterface({ input: this.#child.stdout! })[Symbol.asyncIterator]();
  }

  async line(): Promise<string> {
    const line = await this.#lines.next();
    if (line.done === true) throw new Error('The Python client ended early; its error is above.');
    return line.value;
  }

  async call(count: number): Promise<number> {
    this.#child.stdin!.write(`${count}\n`);
    return Number(await this.line());
  }

  async stop(): Promise<void> {
    await stopProcess(this.#child);
  }
}

/** Nothing of the caller's own MLflow or proxy settings reaches a client. */
function cleared(): NodeJS.ProcessEnv {
  const names = Object.keys(process.env).filter((name) =>
    /^(MLFLOW_|VAULT_|PYTHONPATH$|https?_proxy$)/i.test(name),
  );
  return Object.fromEntries(names.map((name) => [name, undefined]));
}

/**
 * Seconds that `calls` calls of `log_metric` took in each client, the first included, in processes that are new for this
 * round. The clients take turns every few calls, so that what disturbs the machine disturbs all of them.
 */
async function logMetricRound(
  python: string,
  clients: readonly PythonClient[],
  calls: number,
): Promise<ReadonlyMap<PythonClient['name'], number>> {
  const seconds = new Map<PythonClient['name'], number>();
  const drivers = clients.map((client) => ({ name: client.name, driver: new Driver(python, client) }));
  try {
    for (const { driver } of drivers) await driver.line();
    for (let done = 0; done < calls; done += turn) {
      for (const { name, driver } of drivers) {
        seconds.set(name, (seconds.get(name) ?? 0) + (await driver.call(Math.min(turn, calls - done))));
      }
      drivers.push(drivers.shift()!);
    }
  } finally {
    for (const { driver } of drivers) await driver.stop();
  }
  return seconds;
}

/** The real MLflow client's `log_metric`. */
export async function logMetric({ options, servers, folder, ratios }: Context): Promise<void> {
  const { clients, vault } = await logMetricClients(servers, join(folder, 'vault'));
  const calls = options.logMetricCalls;
  title(`${whole(calls)} x log_metric, real MLflow client (seconds; medians of ${options.rounds} rounds)`);
  const seconds: Record<string, number[]> = { direct: [], proxy: [], plugin: [] };
  for (let round = 0; round < options.rounds; round += 1) {
    for (const [name, time] of await logMetricRound(tools.python('plugin'), clients, calls)) {
      seconds[name]!.push(time);
    }
  }
  await vault.stop();
  ratios.logMetric = pairedRatio(seconds['proxy']!, seconds['direct']!);
  ratios.logMetricVsPlugin = pairedRatio(seconds['proxy']!, seconds['plugin']!);
  console.log(table(Object.entries(seconds).map(([name, times]) => [name, median(times).toFixed(3)])));
}
