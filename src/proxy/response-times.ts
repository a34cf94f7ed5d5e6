/** Over which `medianMs` and `p95Ms` look back: this minute so far, and whole ones before it. */
const minutes = 5;
const minuteMs = 60_000;
/** Times up to here have a bucket for each millisecond, longer ones eight for each doubling. */
const exactMs = 16;
const bucketsPerDoubling = 8;
const maxDoublings = 16;
const buckets = exactMs + bucketsPerDoubling * maxDoublings;

/**
 * How long responses took over the last minutes: a count for each length of time, to an eighth of it, so that any number
 * of responses takes the same memory and one of them a few instructions.
 */
export class ResponseTimes {
  readonly #perMinute = Array.from({ length: minutes }, () => new Uint32Array(buckets));
  #current = this.#perMinute[0] ?? new Uint32Array(buckets);
  #minute = 0;

  /** A negative time, as after a clock was set back, is not counted. */
  add(ms: number): void {
    if (ms < 0) return;
    const bucket = bucketOf(ms);
    this.#current[bucket] = (this.#current[bucket] ?? 0) + 1;
  }

  /** Begins another minute if it is time; to be called before each reading. `now` in milliseconds of any clock. */
  advance(now: number): void {
    const minute = Math.floor(now / minuteMs);
    const passed = Math.abs(minute - this.#minute);
    for (let back = 0; back < Math.min(passed, minutes); back += 1) this.#slot(minute - back).fill(0);
    this.#minute = minute;
    this.#current = this.#slot(minute);
  }

  /** The time within which `part` of the responses came; undefined where there were fewer than `atLeast`. */
  quantile(part: number, atLeast = 1): number | undefined {
    const counts = new Uint32Array(buckets);
    let total = 0;
    for (const slot of this.#perMinute) {
      for (const [bucket, count] of slot.entries()) {
        counts[bucket] = (counts[bucket] ?? 0) + count;
        total += count;
      }
    }
    if (total < atLeast) return undefined;
    let left = Math.ceil(total * part);
    return msOf(
      counts.findIndex((count) => {
        left -= count;
        return left <= 0;
      }),
    );
  }

  #slot(minute: number): Uint32Array<ArrayBuffer> {
    return this.#perMinute[minute % minutes] ?? this.#current;
  }
}

function bucketOf(ms: number): number {
  if (ms < exactMs) return ms | 0;
  const doubling = 31 - Math.clz32(ms);
  const eighth = (ms >>> (doubling - 3)) & 7;
  return Math.min(exactMs + bucketsPerDoubling * (doubling - 4) + eighth, buckets - 1);
}

/** The middle of a bucket. */
function msOf(bucket: number): number {
  if (bucket < exactMs) return bucket;
  const doubling = Math.floor((bucket - exactMs) / bucketsPerDoubling) + 4;
  const eighth = (bucket - exactMs) % bucketsPerDoubling;
  return Math.floor((8 + eighth + 0.5) * 2 ** (doubling - 3));
}
