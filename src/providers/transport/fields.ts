/** Reading what came from outside without trusting its shape. */

type Fields = Readonly<Record<string, unknown>>;

/** The fields of an object; none of anything else. */
export function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

/** The text in that field; `undefined` where there is none, or an empty one. */
export function textField(value: unknown, name: string): string | undefined {
  const field = fields(value)[name];
  return typeof field === 'string' && field !== '' ? field : undefined;
}

export function numberField(value: unknown, name: string): number | undefined {
  const field = fields(value)[name];
  return typeof field === 'number' ? field : undefined;
}
