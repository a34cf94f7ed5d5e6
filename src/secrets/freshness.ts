/** When a record was fetched, and when the store's own lease of it ends. */
interface RecordTimes {
  readonly fetchedAt: number;
  readonly expiresAt: number | undefined;
}

export interface CacheTimes {
  readonly ttlMs: number;
  readonly maxStaleMs: number;
}

/** A lease of the store's own is never outlived. Wall-clock milliseconds, as all here. */
export function freshUntil({ fetchedAt, expiresAt = Infinity }: RecordTimes, { ttlMs }: CacheTimes): number {
  return Math.min(fetchedAt + ttlMs, expiresAt);
}

/** From here on it is fetched again while it is in use: at two thirds of its time. */
export function refreshAt(record: RecordTimes, times: CacheTimes): number {
  const { fetchedAt } = record;
  return fetchedAt + ((freshUntil(record, times) - fetchedAt) * 2) / 3;
}

/** How long the last good value may be served while the store fails. */
export function staleUntil(record: RecordTimes, { ttlMs, maxStaleMs }: CacheTimes): number {
  const { fetchedAt, expiresAt = Infinity } = record;
  return Math.min(fetchedAt + ttlMs + maxStaleMs, expiresAt);
}
