import type { Problem } from '../../problem.ts';
import { problemOfFault } from '../transport/fault.ts';
import type { Fault } from '../transport/fault.ts';
import type { AwsCode } from './problem-codes.ts';

export type AwsFault = Fault<AwsCode>;

export function awsProblem(fault: AwsFault): Problem {
  return problemOfFault(`aws.${fault.code}`, fault);
}
