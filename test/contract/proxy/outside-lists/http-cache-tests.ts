/** One case of http-cache-tests: what the tracking server answers, and what the client must get of it. */
export interface ListedAnswer {
  /** The list's own name for it. */
  readonly id: string;
  readonly method: string;
  /** Fields of the request, which must reach the server. */
  readonly fields: readonly string[];
  /** `|` stands for CRLF. */
  readonly answer: string;
  /** The statuses that the client gets, interim ones too. */
  readonly statuses: readonly number[];
  /** Fields of the last answer. */
  readonly keeps: readonly string[];
  readonly drops: readonly string[];
  /** Left out: an answer of our own. */
  readonly body: string | undefined;
}

function answered(id: string, answer: string, rest: Partial<ListedAnswer> = {}): ListedAnswer {
  const found = [...answer.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, code]) => Number(code));
  return {
    ...{ id, answer, method: 'GET', fields: [], statuses: found, keeps: [], drops: [], body: 'ok' },
    ...rest,
  };
}

const ok = 'Content-Length: 2||ok';

/** Fields that a store keeps, and so a proxy passes on; with a value where the list names one. */
const forwarded = [
  ...['Test-Header', 'X-Test-Header', 'Content-Foo', 'X-Content-Foo', 'Content-Encoding', 'Content-Range'],
  ...['Public-Key-Pins', 'Cache-Control: max-age=3600', 'Content-Location: /bar'],
  ...['Content-MD5: N7UdGUp1E+RbVvZSTy1R8g==', "Content-Security-Policy: default-src 'self' cdn.example.com"],
  ...['Content-Type: text/plain;charset=utf-8', 'Clear-Site-Data: cookies', 'ETag: "ghijkl"'],
  ...[
    'Expires: Mon, 11 Jan 2038 11:11:11 GMT',
    'X-Frame-Options: sameorigin',
    'X-XSS-Protection: 1; mode=block',
  ],
].map((field) => (field.includes(':') ? field : `${field}: value`));
/** They belong to the gateway, and would be worth the credential. */
const cookies = ['Set-Cookie', 'Set-Cookie2'];
/** Fields of one connection. */
const dropped = [
  ...['Connection', 'Keep-Alive', 'Proxy-Authenticate', 'Proxy-Authentication-Info', 'Proxy-Authorization'],
  ...['Proxy-Connection', 'TE', 'Upgrade'],
];
const nameOf = (field: string): string => field.split(':')[0] ?? '';

const headers: readonly ListedAnswer[] = [
  answered(
    'headers-omit-headers-listed-in-Connection',
    `HTTP/1.1 200 OK|Connection: a, b|a: 1|b: 2|c: 3|${ok}`,
    {
      keeps: ['c: 3'],
      drops: ['Connection', 'a', 'b'],
    },
  ),
  ...forwarded.map((field) =>
    answered(`headers-store-${nameOf(field)}`, `HTTP/1.1 200 OK|${field}|${ok}`, { keeps: [field] }),
  ),
  ...[...dropped, ...cookies].map((name) =>
    answered(`headers-store-${name}`, `HTTP/1.1 200 OK|${name}: value|${ok}`, { drops: [name] }),
  ),
  answered('headers-store-Content-Length', 'HTTP/1.1 200 OK|Content-Length: 10||0123456789', {
    keeps: ['Content-Length: 10'],
    body: '0123456789',
  }),
  // A coding that is not known leaves the end of the body in the dark.
  answered('headers-store-Transfer-Encoding', `HTTP/1.1 200 OK|Transfer-Encoding: value|${ok}`, {
    statuses: [502],
    drops: ['Transfer-Encoding'],
    body: undefined,
  }),
];

const notModified = (id: string, fields: string, field: string): ListedAnswer =>
  answered(id, `HTTP/1.1 304 Not Modified|${field}||`, { fields: [fields], keeps: [field], body: '' });

const update304: readonly ListedAnswer[] = [
  notModified(
    '304-lm-use-stored-Test-Header',
    'If-Modified-Since: Thu, 01 Jan 2026 00:00:00 GMT',
    'Last-Modified: Thu, 01 Jan 2026 00:00:00 GMT',
  ),
  ...[...forwarded, 'Content-Length: 10'].map((field) =>
    notModified(`304-etag-update-response-${nameOf(field)}`, 'If-None-Match: "abcdef"', field),
  ),
  ...cookies.map((name) => ({
    ...notModified(`304-etag-update-response-${name}`, 'If-None-Match: "abcdef"', `${name}: a=c`),
    keeps: [],
    drops: [name],
  })),
];

const head = (id: string, status: string, field: string): ListedAnswer =>
  answered(id, `HTTP/1.1 ${status}|${field}|Content-Length: 5000||`, {
    method: 'HEAD',
    keeps: [field, 'Content-Length: 5000'],
    body: '',
  });

const updateHead: readonly ListedAnswer[] = [
  head('head-writethrough', '200 OK', 'X-Kept: 1'),
  head('head-200-retain', '200 OK', 'Cache-Control: max-age=3600'),
  head('head-200-freshness-update', '200 OK', 'Cache-Control: max-age=1000'),
  head('head-200-update', '200 OK', 'Template-A: 2'),
  head('head-410-update', '410 Gone', 'X-Kept: 1'),
];

const part = (id: string, range: string, contentRange: string): ListedAnswer =>
  answered(id, `HTTP/1.1 206 Partial Content|Content-Range: bytes ${contentRange}|ETag: "a"|${ok}`, {
    fields: [`Range: bytes=${range}`],
    keeps: [`Content-Range: bytes ${contentRange}`, 'ETag: "a"', 'Content-Length: 2'],
  });

const partial: readonly ListedAnswer[] = [
  part('partial-store-partial-reuse-partial', '0-1', '0-1/10'),
  part('partial-store-complete-reuse-partial', '0-1', '0-1/10'),
  part('partial-store-complete-reuse-partial-no-last', '8-', '8-9/10'),
  part('partial-store-complete-reuse-partial-suffix', '-2', '8-9/10'),
  part('partial-store-partial-reuse-partial-byterange', '1-2', '1-2/10'),
  part('partial-store-partial-reuse-partial-absent', '8-', '8-9/*'),
  part('partial-store-partial-reuse-partial-suffix', '-2', '8-9/*'),
  part('partial-store-partial-complete', '8-', '8-9/10'),
  part('partial-use-headers', '0-1', '0-1/10'),
  part('partial-use-stored-headers', '0-1', '0-1/10'),
];

const early = 'HTTP/1.1 103 Early Hints|link: </styles.css>; rel=preload; as=style|x-my-header: test||';
const final = `HTTP/1.1 200 OK|Cache-Control: max-age=100000|${ok}`;

const interim: readonly ListedAnswer[] = [
  answered('interim-102', `HTTP/1.1 102 Processing||${final}`),
  answered('interim-103', early + final),
  answered('interim-not-cached', final, { drops: ['link'] }),
  answered('interim-no-header-reuse', early + final, { drops: ['x-my-header', 'link'] }),
];

const codes = [200, 203, 204, 299, 301, 302, 303, 307, 308, 400, 404, 410, 499, 500, 502, 503, 504, 599];
const status: readonly ListedAnswer[] = [
  ...codes.flatMap((code) =>
    ['fresh', 'stale'].map((age) => {
      const field = `Cache-Control: max-age=${age === 'fresh' ? 3600 : 0}`;
      const rest = code === 204 ? '|' : ok;
      return answered(`status-${code}-${age}`, `HTTP/1.1 ${code} Reason|${field}|${rest}`, {
        keeps: [field],
        body: code === 204 ? '' : 'ok',
      });
    }),
  ),
  ...[599, 200].map((code) =>
    answered(
      `status-${code}-must-understand`,
      `HTTP/1.1 ${code} Reason|Cache-Control: must-understand|${ok}`,
      {
        keeps: ['Cache-Control: must-understand'],
      },
    ),
  ),
];

/** The suites that say something of a proxy without a store; by the list's names, each whole. */
export const httpCacheTests: Readonly<
  Record<string, readonly [cases: readonly ListedAnswer[], count: number]>
> = {
  headers: [headers, 30],
  update304: [update304, 21],
  updateHEAD: [updateHead, 5],
  partial: [partial, 10],
  interim: [interim, 4],
  status: [status, 38],
};
