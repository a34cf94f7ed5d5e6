/** One case of a list that others made: what is sent, and what must become of it. */
export interface ListedCase {
  /** The list's own name for it. */
  readonly id: string;
  /** `|` stands for CRLF, `HOST` and `TOKEN` for the lines that let a request in. */
  readonly bytes: string;
  /** The status of each answer, in order; none: the proxy waits for the rest. */
  readonly answers: readonly number[];
  /** What the tracking server reads as the bodies of the requests that were let in. */
  readonly bodies: readonly string[];
  /** Fields of the last request that the tracking server must get. */
  readonly passes: readonly string[];
  /** What makes a case that waits a whole request. */
  readonly rest: string | undefined;
}

export function denied(id: string, bytes: string, status = 400): ListedCase {
  return { id, bytes, answers: [status], bodies: [], passes: [], rest: undefined };
}

/** Let in, with these bodies; what comes after them is a request of its own, or `after` says how it is denied. */
export function forwarded(
  id: string,
  bytes: string,
  { bodies = [''], passes = [], after }: { bodies?: string[]; passes?: string[]; after?: number } = {},
): ListedCase {
  const answers = bodies.map(() => 200);
  return {
    id,
    bytes,
    answers: after === undefined ? answers : [...answers, after],
    bodies,
    passes,
    rest: undefined,
  };
}

export function waitedFor(id: string, bytes: string, rest?: string): ListedCase {
  return { id, bytes, answers: [], bodies: [], passes: [], rest };
}

/** A request in these methods, with these fields and this body, in the notation of `ListedCase.bytes`. */
export const get = (fields = ''): string => `GET /case HTTP/1.1|HOST|TOKEN|${fields}|`;
export const post = (fields: string, body = ''): string => `POST /case HTTP/1.1|HOST|TOKEN|${fields}|${body}`;
export const chunked = (body: string): string => post('Transfer-Encoding: chunked|', body);
/** A request line with the fields that let a request in. */
export const line = (text: string): string => `${text}|HOST|TOKEN||`;
