/** Variables that are lists, such as PYTHONPATH and NO_PROXY. What is there keeps its order and spelling. */

/** `added` in front of `current`, without those elements that are there already. */
export function prependElements(current: string | undefined, added: string, separator: string): string {
  if (current === undefined || current === '') return added;
  const missing = missingElements(current, added, separator);
  return [...missing, current].join(separator);
}

export function missingElements(
  current: string | undefined,
  wanted: string,
  separator: string,
): readonly string[] {
  const present = (current ?? '').split(separator).map((element) => element.trim());
  return wanted.split(separator).filter((element) => !present.includes(element));
}

/** Takes the first of each of `removed` out; `''` when nothing is left. */
export function removeElements(current: string, removed: readonly string[], separator: string): string {
  const kept = current.split(separator);
  for (const element of removed) {
    const index = kept.findIndex((candidate) => candidate.trim() === element);
    if (index >= 0) kept.splice(index, 1);
  }
  return kept.join(separator);
}
