import type { Problem } from '../../problem.ts';
import { providerProblem } from '../transport/fault.ts';
import type { Fault } from '../transport/fault.ts';

export function awsProblem(fault: Fault): Problem {
  return providerProblem('aws', fault);
}
