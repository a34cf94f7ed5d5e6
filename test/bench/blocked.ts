import { title, whole, type Context } from './context.ts';
import { table } from '../support/table.ts';
import { median, pairedRatio } from '../support/statistics.ts';
import type { Servers } from './servers.ts';
import { wrk, type WrkLoad } from './wrk.ts';

/** Light enough that two cores carry it beside a thread that never stops: about 350 requests a second. */
const load: Omit<WrkLoad, 'seconds'> = {
  path: '/get',
  method: 'GET',
  bodyBytes: 0,
  connections: 4,
  delayMs: 10,
};

interface BlockedRound {
  readonly undisturbedP99us: number;
  readonly blockedP99us: number;
}

/** The proxy's p99 with its process's main thread idle, then with that thread busy the whole time. */
async function blockedRound(servers: Servers, seconds: number, round: number): Promise<BlockedRound> {
  const undisturbed = async (): Promise<number> =>
    (await wrk(servers.targets.http.proxy, { ...load, seconds })).p99us;
  const blocked = async (): Promise<number> => {
    await servers.proxy.block(seconds * 1000 + 500);
    const { p99us } = await wrk(servers.targets.http.proxy, { ...load, seconds });
    // Answered only when the main thread runs again.
    await servers.proxy.usage();
    return p99us;
  };
  if (round % 2 === 0) return { undisturbedP99us: await undisturbed(), blockedP99us: await blocked() };
  const blockedP99us = await blocked();
  return { undisturbedP99us: await undisturbed(), blockedP99us };
}

/** Latency while the extension host does something else. */
export async function blocked({ options, servers, ratios }: Context): Promise<void> {
  title(
    `p99 with the host's main thread blocked for ${options.blockedSeconds} s (us; medians of ${options.rounds} rounds)`,
  );
  const calm: number[] = [];
  const busy: number[] = [];
  for (let round = 0; round < options.rounds; round += 1) {
    const { undisturbedP99us, blockedP99us } = await blockedRound(servers, options.blockedSeconds, round);
    calm.push(undisturbedP99us);
    busy.push(blockedP99us);
  }
  ratios.blockedP99 = pairedRatio(busy, calm);
  console.log(
    table([
      ['undisturbed', whole(median(calm))],
      ['blocked', whole(median(busy))],
    ]),
  );
}
