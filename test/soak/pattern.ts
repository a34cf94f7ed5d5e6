/** Bodies whose every byte can be checked without being kept: the byte at `n` of body `seed` is a function of both. */

const period = 65_536 + 17;
const tables = new Map<number, Buffer>();

function table(seed: number): Buffer {
  const known = tables.get(seed);
  if (known !== undefined) return known;
  const bytes = Buffer.allocUnsafe(period);
  let state = (seed * 2_654_435_761) >>> 0;
  for (let at = 0; at < period; at += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[at] = state >>> 24;
  }
  tables.set(seed, bytes);
  return bytes;
}

/** A piece of body `seed` that begins at `offset`: `length` bytes or fewer. */
export function piece(seed: number, offset: number, length: number): Buffer {
  const from = offset % period;
  return table(seed).subarray(from, Math.min(from + length, period));
}

/** Whether `bytes` are those of body `seed` at `offset`. */
export function matches(seed: number, offset: number, bytes: Buffer): boolean {
  for (let at = 0; at < bytes.length;) {
    const expected = piece(seed, offset + at, bytes.length - at);
    if (bytes.compare(expected, 0, expected.length, at, at + expected.length) !== 0) return false;
    at += expected.length;
  }
  return true;
}

/** Seeds are few, so that their tables stay few. */
export const seeds = 8;
