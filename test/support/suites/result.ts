export interface SuiteResult {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export const nothingRan: SuiteResult = { passed: 0, failed: 1, skipped: 0 };

/** What a suite wrote, or one failure when it wrote nothing usable or ran no test. */
export function readResult(text: string | undefined, exitCode: number | null): SuiteResult {
  if (text === undefined) return nothingRan;
  const { passed, failed, skipped } = JSON.parse(text) as Partial<SuiteResult>;
  if (typeof passed !== 'number' || typeof failed !== 'number' || passed + failed === 0) return nothingRan;
  // A suite that died after its last test has failed all the same.
  const silent = exitCode !== 0 && failed === 0 ? 1 : 0;
  return { passed, failed: failed + silent, skipped: skipped ?? 0 };
}

export function sum(results: readonly SuiteResult[]): SuiteResult {
  return results.reduce(
    (total, { passed, failed, skipped }) => ({
      passed: total.passed + passed,
      failed: total.failed + failed,
      skipped: total.skipped + skipped,
    }),
    { passed: 0, failed: 0, skipped: 0 },
  );
}

/** The line that continuous integration reads. */
export function summaryLine({ passed, failed, skipped }: SuiteResult): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
