import { settingsProblems } from './configuration/problem-codes.ts';
import { proxyProblems } from './connection/proxy-problem-codes.ts';
import { upstreamProblems } from './connection/upstream-problem-codes.ts';
import { withPrefix } from './mending.ts';
import type { Mends } from './mending.ts';
import { providerProblems } from './providers/problem-codes.ts';
import { secretProblems } from './secrets/problem-codes.ts';

/** Every problem that a person may see, by its code, with what mends it. */
export const problemCatalogue = {
  ...withPrefix('settings', settingsProblems),
  ...withPrefix('secret', secretProblems),
  ...withPrefix('proxy', proxyProblems),
  ...withPrefix('upstream', upstreamProblems),
  ...providerProblems,
} as const;

/** Where a problem arose, then what it is: `vault.sealed`, `upstream.wall`. Stable; shown in logs. */
export type ProblemCode = keyof typeof problemCatalogue;

export const problemCodes = Object.keys(problemCatalogue) as readonly ProblemCode[];

export function mendsOf(code: ProblemCode): Mends {
  return problemCatalogue[code];
}
