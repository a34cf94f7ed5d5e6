/** What is stored as it stands in a header of RFC 9110, section 11.4: `Bearer …`, `basic …`, also with the header's name. */
export function schemeIn(
  text: string,
): { readonly scheme: 'basic' | 'bearer'; readonly value: string } | undefined {
  const [, bearer, value] = /^(?:authorization: *)?(?:(bearer)|basic) +(\S+)$/i.exec(text) ?? [];
  return value === undefined ? undefined : { scheme: bearer === undefined ? 'basic' : 'bearer', value };
}
