import type { ProblemTable } from '../../mending.ts';

export const storedProblems = {
  /** VS Code's secret storage has no credential for this tracking server. */
  missing: ['enterCredential'],
} as const satisfies ProblemTable;
