import { chunked, get, line, post, denied, forwarded, waitedFor } from './listed-case.ts';
import type { ListedCase } from './listed-case.ts';

const large = 100_000;
/** Bytes without a pattern, the same in every run; the first is no letter. */
const garbage = Array.from({ length: 256 }, (_, index) =>
  String.fromCharCode((index * 167 + 201) % 256),
).join('');
const ranges = Array.from({ length: 1000 }, () => '0-').join(',');

/** Http11Probe, suite "Malformed input". */
export const malformedInput: readonly ListedCase[] = [
  denied('MAL-BINARY-GARBAGE', garbage),
  denied('MAL-LONG-URL', line(`GET /${'A'.repeat(large)} HTTP/1.1`), 431),
  denied('MAL-LONG-HEADER-VALUE', get(`X-Big: ${'B'.repeat(large)}|`), 431),
  denied(
    'MAL-MANY-HEADERS',
    get(Array.from({ length: 10_000 }, (_, at) => `X-H-${at}: value|`).join('')),
    431,
  ),
  denied('MAL-NUL-IN-URL', line('GET /\0test HTTP/1.1')),
  denied('MAL-CONTROL-CHARS-HEADER', get('X-Test: abc\x07\x08\x0bdef|')),
  waitedFor('MAL-INCOMPLETE-REQUEST', 'GET /case HTTP/1.1|HOST|X-Test: value'),
  waitedFor('MAL-EMPTY-REQUEST', ''),
  denied('MAL-LONG-HEADER-NAME', get(`${'A'.repeat(large)}: val|`), 431),
  denied('MAL-LONG-METHOD', line(`${'A'.repeat(large)} /case HTTP/1.1`), 431),
  denied('MAL-NON-ASCII-HEADER-NAME', get('X-T\xc3\xabst: value|')),
  denied('MAL-NON-ASCII-URL', line('GET /caf\xc3\xa9 HTTP/1.1')),
  denied('MAL-CL-OVERFLOW', post('Content-Length: 99999999999999999999|')),
  denied('MAL-WHITESPACE-ONLY-LINE', ' ||'),
  denied('MAL-NUL-IN-HEADER-VALUE', get('X-Test: val\0ue|')),
  denied('MAL-CHUNK-SIZE-OVERFLOW', chunked('FFFFFFFFFFFFFFFF0|hello|0||')),
  denied('MAL-H2-PREFACE', 'PRI * HTTP/2.0||SM||'),
  denied('MAL-CL-EMPTY', post('Content-Length: |')),
  denied('MAL-CL-TAB-BEFORE-VALUE', post('Content-Length:\t5|', 'hello')),
  denied('MAL-URL-BACKSLASH', line('GET /path\\file HTTP/1.1')),
  denied('MAL-URL-OVERLONG-UTF8', line('GET /\xc0\xaf HTTP/1.1')),
  denied('MAL-URL-PERCENT-NULL', line('GET /path%00.html HTTP/1.1')),
  // Encoded, and passed on as it is: a file's name may have it.
  forwarded('MAL-URL-PERCENT-CRLF', line('GET /case%0d%0aX-Injected:%20true HTTP/1.1')),
  denied('MAL-CHUNK-EXT-64K', chunked(`5;ext=${'a'.repeat(65_536)}|hello|0||`)),
  forwarded('MAL-RANGE-OVERLAPPING', get(`Range: bytes=${ranges}|`), { passes: [`range: bytes=${ranges}`] }),
  waitedFor('MAL-POST-CL-HUGE-NO-BODY', post('Content-Length: 999999999|')),
];

/** Http11Probe, suite "Normalization": names that some servers make others of. */
export const normalization: readonly ListedCase[] = [
  denied('NORM-UNDERSCORE-CL', post('Content-Length: 11|Content_Length: 99|', 'hello world')),
  denied('NORM-SP-BEFORE-COLON-CL', post('Content-Length: 11|Content-Length : 5|', 'hello world')),
  denied('NORM-TAB-IN-NAME', post('Content-Length: 11|Content\tLength: 99|', 'hello world')),
  denied('NORM-CASE-TE', post('Content-Length: 11|TRANSFER-ENCODING: chunked|', 'hello world')),
  denied('NORM-UNDERSCORE-TE', post('Content-Length: 11|Transfer_Encoding: chunked|', 'hello world')),
];

const cookie = (id: string, value: string): ListedCase =>
  forwarded(id, get(`Cookie: ${value}|`), { passes: [`cookie: ${value}`] });

/** Http11Probe, suite "Cookies": what is no cookie of ours is passed on as it is. */
export const cookies: readonly ListedCase[] = [
  cookie('COOK-ECHO', 'foo=bar'),
  denied('COOK-OVERSIZED', get(`Cookie: big=${'A'.repeat(65_536)}|`), 431),
  forwarded('COOK-EMPTY', get('Cookie: |')),
  denied('COOK-NUL', get('Cookie: foo=\0bar|')),
  denied('COOK-CONTROL-CHARS', get('Cookie: foo=\x01\x02\x03|')),
  cookie('COOK-MANY-PAIRS', Array.from({ length: 1000 }, (_, at) => `k${at}=v${at}`).join('; ')),
  cookie('COOK-MALFORMED', '===;;;'),
  forwarded('COOK-MULTI-HEADER', get('Cookie: a=1|Cookie: b=2|'), { passes: ['cookie: a=1', 'cookie: b=2'] }),
  cookie('COOK-PARSED-BASIC', 'foo=bar'),
  cookie('COOK-PARSED-MULTI', 'a=1; b=2; c=3'),
  cookie('COOK-PARSED-EMPTY-VAL', 'foo='),
  cookie('COOK-PARSED-SPECIAL', 'a=hello world; b=x=y'),
];

const conditional = (id: string, field: string): ListedCase =>
  forwarded(id, get() + get(`${field}|`), {
    bodies: ['', ''],
    passes: field.split('|').map((one) => one.replace(/^[^:]*/, (name) => name.toLowerCase())),
  });

/** Http11Probe, suite "Capabilities": the tracking server's to answer; the 304 itself is in `http-cache-tests.ts`. */
export const capabilities: readonly ListedCase[] = [
  conditional('CAP-ETAG-304', 'If-None-Match: "a"'),
  conditional('CAP-LAST-MODIFIED-304', 'If-Modified-Since: Thu, 01 Jan 2026 00:00:00 GMT'),
  conditional('CAP-ETAG-IN-304', 'If-None-Match: "a"'),
  conditional('CAP-INM-PRECEDENCE', 'If-None-Match: "a"|If-Modified-Since: Thu, 01 Jan 1970 00:00:00 GMT'),
  conditional('CAP-INM-WILDCARD', 'If-None-Match: *'),
  conditional('CAP-IMS-FUTURE', 'If-Modified-Since: Thu, 01 Jan 2099 00:00:00 GMT'),
  conditional('CAP-IMS-INVALID', 'If-Modified-Since: not-a-date'),
  conditional('CAP-INM-UNQUOTED', 'If-None-Match: a'),
  conditional('CAP-ETAG-WEAK', 'If-None-Match: W/"a"'),
];
