import { withPrefix } from '../mending.ts';
import { awsProblems } from './aws/problem-codes.ts';
import { azureProblems } from './azure/problem-codes.ts';
import { storedProblems } from './stored/problem-codes.ts';
import { vaultProblems } from './vault/problem-codes.ts';

/** The problems of every provider, by their codes. */
export const providerProblems = {
  ...withPrefix('vault', vaultProblems),
  ...withPrefix('aws', awsProblems),
  ...withPrefix('azure', azureProblems),
  ...withPrefix('stored', storedProblems),
} as const;
