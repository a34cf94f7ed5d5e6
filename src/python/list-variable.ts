/** Variables that are lists, such as PYTHONPATH and NO_PROXY. The user's elements keep their order and spelling. */

/** `added` in front of `current`, without those elements that are there already. */
export function prependElements(current: string | undefined, added: string, separator: string): string {
  if (current === undefined || current === '') return added;
  const missing = missingElements(current, added, separator);
  return [...missing, current].join(separator);
}

/** Those elements of `list` that `current` has not. */
export function missingElements(
  current: string | undefined,
  list: string,
  separator: string,
): readonly string[] {
  const present = (current ?? '').split(separator).map((element) => element.trim());
  return list.split(separator).filter((element) => !present.includes(element));
}

/** Takes the first of each of `removed` out; `''` when nothing is left. */
export function removeElements(current: string, removed: readonly string[], separator: string): string {
  const rest = current.split(separator);
  for (const element of removed) {
    const index = rest.findIndex((candidate) => candidate.trim() === element);
    if (index >= 0) rest.splice(index, 1);
  }
  return rest.join(separator);
}

/** `first`, then what else `current` has: nothing of `first` twice, and no empty element. */
export function placeFirst(current: string | undefined, first: string, separator: string): string {
  const elements = first.split(separator);
  const others = (current ?? '').split(separator).filter((element) => {
    const trimmed = element.trim();
    return trimmed !== '' && !elements.includes(trimmed);
  });
  return [...elements, ...others].join(separator);
}
