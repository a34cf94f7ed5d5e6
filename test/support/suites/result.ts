export interface SuiteResult {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** What failed, in words; not each suite tells. */
  readonly failures?: readonly string[];
}

export const nothingRan: SuiteResult = { passed: 0, failed: 1, skipped: 0 };

/** What a suite wrote, or one failure when it wrote nothing usable or ran no test. */
export function readResult(text: string | undefined, exitCode: number): SuiteResult {
  const written = text === undefined ? undefined : parse(text);
  if (written === undefined || written.passed + written.failed === 0) return nothingRan;
  // A suite that died after its last test has failed all the same.
  const silent = exitCode !== 0 && written.failed === 0 ? 1 : 0;
  return { ...written, failed: written.failed + silent };
}

/** Undefined for a file that was cut off, or is not of this form. */
function parse(text: string): SuiteResult | undefined {
  try {
    const { passed, failed, skipped = 0, failures } = (JSON.parse(text) ?? {}) as Partial<SuiteResult>;
    const counts = [passed, failed, skipped];
    if (!counts.every((count) => Number.isInteger(count))) return undefined;
    return { passed, failed, skipped, ...(failures && { failures }) } as SuiteResult;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
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
