import * as l10n from '@vscode/l10n';
import type { Problem } from '../../problem.ts';
import { problemOfFault } from '../transport/fault.ts';
import type { Fault } from '../transport/fault.ts';
import type { AwsCode } from './problem-codes.ts';

export type AwsFault = Fault<AwsCode>;

export function awsProblem(fault: AwsFault): Problem {
  return problemOfFault(`aws.${fault.code}`, fault);
}

/** Of a file that would hold up whoever reads it. */
export function unreadableFile(file: string): (reason: string) => Problem {
  return (reason) =>
    awsProblem({
      code: 'unreadableFile',
      message: l10n.t('{0}, which AWS signs in with, cannot be read: {1}.', file, reason),
      remedy: l10n.t('Correct the file, or the AWS profile or variable that names it.'),
      retry: 'automatic',
    });
}
