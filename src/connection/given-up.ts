import { Problem } from '../problem.ts';
import { mendsOf } from '../problem-catalogue.ts';
import { withProblems } from '../secrets/secret-resolver.ts';
import type { SecretResolver } from '../secrets/secret-resolver.ts';
import type { WorkspaceMemory } from './approvals.ts';

/** Why a connection was given up, in words for people. */
export interface GivenUp {
  /** Of its configuration. */
  readonly fingerprint: string;
  readonly message: string;
  readonly remedy: string;
}

const key = 'givenUp';

/** Keeps it over a reload. */
export interface GivenUpMemory {
  get(): GivenUp | undefined;
  set(givenUp: GivenUp | undefined): PromiseLike<void>;
}

export function givenUpIn(memory: WorkspaceMemory): GivenUpMemory {
  return {
    get: () => {
      const stored = memory.get(key);
      return isGivenUp(stored) ? stored : undefined;
    },
    set: (givenUp) => memory.update(key, givenUp),
  };
}

function isGivenUp(value: unknown): value is GivenUp {
  if (typeof value !== 'object' || value === null) return false;
  const { fingerprint, message, remedy } = value as Readonly<Record<string, unknown>>;
  return [fingerprint, message, remedy].every((text) => typeof text === 'string');
}

/** Only what was entered in VS Code is given up. */
export function givenUpProblem({ message, remedy }: GivenUp): Problem {
  return new Problem({
    ...{ code: 'upstream.rejected', message, remedy, retry: 'afterFix' },
    action: { kind: 'enterCredential', isSecret: true },
  });
}

/** The same secret, of which it is said why it was not kept, as long as no other is entered, in whichever window. */
export function explaining(resolver: SecretResolver, problem: Problem): SecretResolver {
  const isMissing = ({ code }: Problem): boolean => mendsOf(code)[0] === 'enterCredential';
  return withProblems(resolver, (found) => (isMissing(found) ? problem : found));
}
