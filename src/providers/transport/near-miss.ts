/** Of a longer word, more slips may have been made. */
const charactersForSlip = 4;
const maxSlips = 3;
/** A comparison takes time with the product of both lengths. */
const maxLength = 200;

/** The one of these that somebody may have meant: it differs by a few slips, more in a longer word. */
export function nearMiss(word: string, known: readonly string[]): string | undefined {
  const slips = Math.min(maxSlips, Math.floor(word.length / charactersForSlip));
  let nearest: { readonly name: string; readonly distance: number } | undefined;
  for (const name of known) {
    if (name === word || Math.abs(name.length - word.length) > slips) continue;
    if (Math.max(name.length, word.length) > maxLength) continue;
    const distance = slipsBetween(word.toLowerCase(), name.toLowerCase(), slips);
    if (distance <= slips && distance < (nearest?.distance ?? Infinity)) nearest = { name, distance };
  }
  return nearest?.name;
}

/** Characters that are wrong, missing or too many, and neighbours that changed places (optimal string alignment). */
function slipsBetween(a: string, b: string, max: number): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_value, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const isSame = a.charAt(i - 1) === b.charAt(j - 1);
      const changed = (last[j - 1] ?? 0) + (isSame ? 0 : 1);
      const isSwap =
        i > 1 && j > 1 && a.charAt(i - 1) === b.charAt(j - 2) && a.charAt(i - 2) === b.charAt(j - 1);
      const swapped = isSwap ? (beforeLast[j - 2] ?? 0) + 1 : Infinity;
      row.push(Math.min(changed, swapped, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    // It cannot become less.
    if (Math.min(...row) > max) return Infinity;
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
