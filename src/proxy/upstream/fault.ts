import * as l10n from '@vscode/l10n';
import type { ProblemCode } from '../../problem.ts';
import type { Way } from './way.ts';

/** Its code, below `upstream`, what happened, and what to do. */
export type UpstreamFault = readonly [code: BelowUpstream, message: string, remedy: string];

export type BelowUpstream<Code = ProblemCode> = Code extends `upstream.${infer Name}` ? Name : never;

/** More of a failure than whose it is. */
export interface Failure {
  readonly code: string;
  readonly way: Way;
  readonly error: unknown;
}

export type FaultOf = (host: string, failure: Failure) => UpstreamFault;
export type Faults = Readonly<Partial<Record<string, FaultOf>>>;

export function check(what: string): string {
  return l10n.t('Check {0}.', what);
}
