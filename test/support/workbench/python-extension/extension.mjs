import { env } from 'node:process';

const keptMs = 60 * 60_000;

/**
 * Stands in for the Python extension, which is in no registry. Like version 2026.4 (environmentVariablesProvider.ts in
 * its source), it copies the environment when it first needs it, and runs tests with the copy for an hour.
 */
export function activate() {
  let kept;
  return {
    environmentOfTests() {
      if (kept === undefined || Date.now() - kept.at > keptMs)
        kept = { at: Date.now(), environment: { ...env } };
      return kept.environment;
    },
  };
}
