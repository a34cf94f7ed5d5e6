import type { Fault } from './fault.ts';
import type { Trial } from './play.ts';

type Counts = Pick<
  Trial,
  'lost' | 'doubled' | 'differing' | 'failed' | 'retried' | 'longestPauseMs' | 'left'
>;

/** What came of all runs of a fault: sums, and of times the worst. */
export interface FaultResult extends Counts {
  readonly name: string;
  readonly runs: number;
  /** `null`: in some run it did not become healthy by itself. */
  readonly healthySeconds: number | null;
  /** How often the large file was sent, at most; 0 without one. */
  readonly uploads: number;
  /** What the status bar said. */
  readonly seen: string;
  /** What Python raised first, and why it tried again first. */
  readonly raised?: string;
  readonly retriedBecause?: string;
  readonly holds: boolean;
}

/** A fault that cannot be made here, and why. */
export interface LeftOut {
  readonly name: string;
  readonly runs: 0;
  readonly hindrance: string;
}

export type Outcome = FaultResult | LeftOut;

/** For the terminal. */
export function lineOf(outcome: Outcome): string {
  if ('hindrance' in outcome) return `left out  ${outcome.name}: ${outcome.hindrance}`;
  const { name, runs, lost, doubled, differing, failed, retried, longestPauseMs, left, healthySeconds } =
    outcome;
  const counts = `lost ${lost}, doubled ${doubled}, differing ${differing}, failed ${failed}, retried ${retried}, left ${left}`;
  const healthy = healthySeconds === null ? 'not healthy' : `healthy after ${healthySeconds} s`;
  const times = `longest pause ${(longestPauseMs / 1000).toFixed(1)} s, ${healthy}`;
  const sent = outcome.uploads === 0 ? '' : `, upload sent ${outcome.uploads} times`;
  const raised = outcome.raised === undefined ? '' : `\n          Python: ${outcome.raised}`;
  const again =
    outcome.retriedBecause === undefined ? '' : `\n          tried again: ${outcome.retriedBecause}`;
  return `${outcome.holds ? 'holds ' : 'FAILS '}    ${name} (${runs} runs): ${counts}; ${times}${sent}\n          status bar: ${outcome.seen}${raised}${again}`;
}

export function resultOf(fault: Fault, trials: readonly Trial[]): FaultResult {
  const total = (key: 'lost' | 'doubled' | 'differing' | 'failed' | 'retried' | 'left'): number =>
    trials.reduce((sum, trial) => sum + trial[key], 0);
  const worst = (values: readonly number[]): number => Math.max(0, ...values);
  const raised = trials.find((trial) => trial.raised !== undefined)?.raised;
  const retriedBecause = trials.find((trial) => trial.retriedBecause !== undefined)?.retriedBecause;
  const healthy = trials.map(({ healthySeconds }) => healthySeconds ?? Infinity);
  return {
    name: fault.name,
    runs: trials.length,
    lost: total('lost'),
    doubled: total('doubled'),
    differing: total('differing'),
    failed: total('failed'),
    retried: total('retried'),
    longestPauseMs: worst(trials.map(({ longestPauseMs }) => longestPauseMs)),
    left: total('left'),
    healthySeconds: Number.isFinite(worst(healthy)) ? worst(healthy) : null,
    uploads: worst(trials.map(({ uploads }) => uploads)),
    seen: inBrief(trials.at(-1)?.seen ?? []),
    ...(raised !== undefined && { raised }),
    ...(retriedBecause !== undefined && { retriedBecause }),
    holds: trials.every((trial) => isAtTarget(fault, trial)),
  };
}

/** What was said again is left out, but for the end. */
function inBrief(seen: readonly string[]): string {
  return [...new Set(seen.slice(0, -1)), ...seen.slice(-1)].join(' → ');
}

/**
 * Nothing lost, doubled or left behind, healthy again; nothing given up but where access is ended on purpose, and nothing
 * sent again but where a connection is cut.
 */
export function isAtTarget({ endsAccess = false, sendsOnce = false }: Fault, trial: Trial): boolean {
  const { lost, doubled, differing, failed, left, healthySeconds, uploads } = trial;
  return (
    [lost, doubled, differing, left].every((count) => count === 0) &&
    failed > 0 === endsAccess &&
    !(sendsOnce && uploads > 1) &&
    healthySeconds !== undefined
  );
}
