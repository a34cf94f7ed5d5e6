/** Only so that a reading that hangs fails its test with a word of its own, before the test's own minute is over. */
export function fetchDeadline(): AbortSignal {
  return AbortSignal.timeout(50_000);
}
