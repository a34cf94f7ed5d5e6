import type { ProblemTable } from '../mending.ts';

/** What is wrong with the local proxy. */
export const proxyProblems = {
  /** Another program uses the port of `mlflowSecretsAuth.proxy.port`. */
  portTaken: ['machine', 'settings'],
  /** The local proxy could not listen on 127.0.0.1. */
  listen: ['machine', 'settings'],
  /** The local proxy stopped several times within a minute. */
  lost: ['machine'],
} as const satisfies ProblemTable;
