import fc from 'fast-check';

/** Every way of cutting bytes into pieces that are not empty. */
export function cuts(bytes: Buffer): fc.Arbitrary<readonly Buffer[]> {
  return fc
    .uniqueArray(fc.integer({ min: 1, max: Math.max(1, bytes.length - 1) }), { maxLength: 12 })
    .map((places) => {
      const all = [0, ...places.filter((at) => at < bytes.length).sort((a, b) => a - b), bytes.length];
      return all.slice(1).map((end, index) => bytes.subarray(all[index], end));
    });
}
