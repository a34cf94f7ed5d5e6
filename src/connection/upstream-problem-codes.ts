import type { ProblemTable } from '../mending.ts';

/** What the tracking server, or what stands before it, does with the credential. */
export const upstreamProblems = {
  /** The tracking server does not accept the credential. */
  rejected: ['enterCredential', 'store', 'server'],
  /** The tracking server knows the user and gives no permission. */
  noPermission: ['server'],
  /** A sign-in page responds in place of the tracking server. */
  wall: ['server', 'network', 'enterCredential'],
  /** Whatever responds at the address is not an MLflow tracking server. */
  notMlflow: ['server', 'settings'],
  /** The tracking server cannot be reached. */
  unreachable: ['network', 'server'],
} as const satisfies ProblemTable;
