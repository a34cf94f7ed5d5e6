/** A longer wait is taken for a mistake of the other side. */
const maxWaitMs = 24 * 3_600_000;

/** Milliseconds that a Retry-After header (RFC 9110, 10.2.3: seconds or a date) asks to wait from `now` on. */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isFinite(ms) && ms > 0 ? Math.min(ms, maxWaitMs) : undefined;
}
