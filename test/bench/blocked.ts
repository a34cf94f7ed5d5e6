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

export interface BlockedRound {
  readonly undisturbedP99us: number;
  readonly blockedP99us: number;
}

/** The proxy's p99 with its process's main thread idle, then with that thread busy the whole time. */
export async function blockedRound(servers: Servers, seconds: number, round: number): Promise<BlockedRound> {
  const undisturbed = async (): Promise<number> =>
    (await wrk(servers.targets.proxy, { ...load, seconds })).p99us;
  const blocked = async (): Promise<number> => {
    await servers.proxy.block(seconds * 1000 + 500);
    const { p99us } = await wrk(servers.targets.proxy, { ...load, seconds });
    // Answered only when the main thread runs again.
    await servers.proxy.usage();
    return p99us;
  };
  if (round % 2 === 0) return { undisturbedP99us: await undisturbed(), blockedP99us: await blocked() };
  const blockedP99us = await blocked();
  return { undisturbedP99us: await undisturbed(), blockedP99us };
}
