import { chunked, get, line, post, denied, forwarded } from './listed-case.ts';
import type { ListedCase } from './listed-case.ts';

const hidden = 'GET /hidden HTTP/1.1|Host: evil.example||';
/** Its length when the line ends are two bytes. */
const lengthOf = (text: string): number => text.replaceAll('|', '\r\n').length;
const body = `0||${hidden}`;
const both = (length: string, coding = 'Transfer-Encoding: chunked'): string =>
  post(`Content-Length: ${length}|${coding}|`, body);
const coding = (field: string): string => post(`${field}|Content-Length: 5|`, 'hello');
const length = (field: string, text = 'hello'): string => post(`${field}|`, text);
const ambiguous = '0||';
const prefix = 'GET /hidden HTTP/1.1|Host: evil.example|';

/** Http11Probe, suite "Smuggling". */
export const smuggling: readonly ListedCase[] = [
  denied('SMUG-CL-TE-BOTH', post('Content-Length: 23|Transfer-Encoding: chunked|', 'D|hello-bananas|0||')),
  denied('SMUG-DUPLICATE-CL', length('Content-Length: 5|Content-Length: 10', 'helloworld')),
  denied('SMUG-CL-LEADING-ZEROS', length('Content-Length: 005')),
  denied('SMUG-TE-XCHUNKED', coding('Transfer-Encoding: xchunked')),
  denied('SMUG-TE-TRAILING-SPACE', coding('Transfer-Encoding: chunked ')),
  denied('SMUG-TE-SP-BEFORE-COLON', coding('Transfer-Encoding : chunked')),
  denied('SMUG-CL-NEGATIVE', length('Content-Length: -1', '')),
  denied('SMUG-CLTE-PIPELINE', post('Content-Length: 4|Transfer-Encoding: chunked|', ambiguous)),
  denied('SMUG-TECL-PIPELINE', post('Transfer-Encoding: chunked|Content-Length: 30|', ambiguous)),
  forwarded('SMUG-CL-TRAILING-SPACE', length('Content-Length: 5 '), { bodies: ['hello'] }),
  denied('SMUG-TE-DOUBLE-CHUNKED', coding('Transfer-Encoding: chunked, chunked')),
  forwarded('SMUG-CL-EXTRA-LEADING-SP', length('Content-Length:  5'), { bodies: ['hello'] }),
  denied('SMUG-TE-CASE-MISMATCH', coding('Transfer-Encoding: Chunked')),
  denied('SMUG-CL-COMMA-DIFFERENT', length('Content-Length: 5, 10')),
  denied('SMUG-TE-NOT-FINAL-CHUNKED', post('Transfer-Encoding: chunked, gzip|', ambiguous)),
  denied('SMUG-TE-HTTP10', coding('Transfer-Encoding: chunked').replace('HTTP/1.1', 'HTTP/1.0'), 505),
  denied('SMUG-CHUNK-BARE-SEMICOLON', chunked('5;|hello|0||')),
  denied('SMUG-CHUNK-EXT-INVALID-TOKEN', chunked('5;bad[=x|hello|0||')),
  denied('SMUG-BARE-CR-HEADER-VALUE', length('Content-Length: 5|X-Test: val\rue')),
  denied('SMUG-CL-OCTAL', length('Content-Length: 0o5')),
  denied('SMUG-CHUNK-UNDERSCORE', chunked('1_0|hello world!!!!!|0||')),
  denied('SMUG-TE-EMPTY-VALUE', coding('Transfer-Encoding: ')),
  denied('SMUG-TE-LEADING-COMMA', coding('Transfer-Encoding: , chunked')),
  denied('SMUG-TE-DUPLICATE-HEADERS', coding('Transfer-Encoding: chunked|Transfer-Encoding: identity')),
  denied('SMUG-CHUNK-HEX-PREFIX', chunked('0x5|hello|0||')),
  denied('SMUG-CHUNK-SIZE-PLUS', chunked('+5|hello|0||')),
  denied('SMUG-CHUNK-SIZE-TRAILING-OWS', chunked('5 |hello|0||')),
  denied('SMUG-CL-HEX-PREFIX', length('Content-Length: 0x5')),
  denied('SMUG-CL-INTERNAL-SPACE', length('Content-Length: 1 0', 'hello12345')),
  denied('SMUG-CHUNK-LEADING-SP', chunked(' 5|hello|0||')),
  denied('SMUG-CHUNK-MISSING-TRAILING-CRLF', chunked('5|hello0||')),
  denied('SMUG-CHUNK-EXT-LF', chunked('5;\nhello|0||')),
  denied('SMUG-CHUNK-SPILL', chunked('5|hello!!|0||')),
  denied('SMUG-CHUNK-LF-TERM', chunked('5|hello\n0||')),
  denied('SMUG-CHUNK-EXT-CTRL', chunked('5;\0ext|hello|0||')),
  denied('SMUG-CHUNK-EXT-CR', chunked('5;a\rX|hello|0||')),
  denied('SMUG-TE-VTAB', coding('Transfer-Encoding: \x0bchunked')),
  denied('SMUG-TE-FORMFEED', coding('Transfer-Encoding: \x0cchunked')),
  denied('SMUG-TE-NULL', coding('Transfer-Encoding: chunked\0')),
  denied('SMUG-CHUNK-LF-TRAILER', chunked('5|hello|0|\n')),
  denied('SMUG-TE-IDENTITY', coding('Transfer-Encoding: identity')),
  denied('SMUG-CHUNK-NEGATIVE', chunked('-1|hello|0||')),
  denied('SMUG-TRANSFER_ENCODING', coding('Transfer_Encoding: chunked')),
  denied('SMUG-CL-COMMA-SAME', length('Content-Length: 5, 5')),
  denied('SMUG-CL-COMMA-TRIPLE', length('Content-Length: 5, 5, 5')),
  denied('SMUG-CHUNKED-WITH-PARAMS', coding('Transfer-Encoding: chunked;ext=val')),
  forwarded('SMUG-EXPECT-100-CL', length('Content-Length: 5|Expect: 100-continue'), { bodies: ['hello'] }),
  denied('SMUG-TRAILER-CL', chunked('5|hello|0|Content-Length: 50||')),
  denied('SMUG-TRAILER-TE', chunked('5|hello|0|Transfer-Encoding: chunked||')),
  denied('SMUG-TRAILER-HOST', chunked('5|hello|0|Host: evil.example.com||')),
  denied('SMUG-TRAILER-AUTH', chunked('5|hello|0|Authorization: Bearer evil||')),
  forwarded('SMUG-HEAD-CL-BODY', length('Content-Length: 5').replace('POST', 'HEAD'), { bodies: ['hello'] }),
  forwarded('SMUG-OPTIONS-CL-BODY', length('Content-Length: 5').replace('POST', 'OPTIONS'), {
    bodies: ['hello'],
  }),
  denied('SMUG-CL-UNDERSCORE', length('Content-Length: 1_0', 'helloworld')),
  denied('SMUG-CL-NEGATIVE-ZERO', length('Content-Length: -0', '')),
  denied('SMUG-CL-DOUBLE-ZERO', length('Content-Length: 00', '')),
  denied('SMUG-CL-LEADING-ZEROS-OCTAL', length('Content-Length: 0200', 'A'.repeat(200))),
  denied('SMUG-TE-OBS-FOLD', coding('Transfer-Encoding:| chunked')),
  denied('SMUG-TE-TRAILING-COMMA', coding('Transfer-Encoding: chunked,')),
  denied('SMUG-TE-TAB-BEFORE-VALUE', coding('Transfer-Encoding:\tchunked')),
  denied('SMUG-ABSOLUTE-URI-HOST-MISMATCH', line('GET http://other.example.com/ HTTP/1.1')),
  // Not ours, whatever else it is.
  denied('SMUG-MULTIPLE-HOST-COMMA', 'GET /case HTTP/1.1|HOST, other.example.com|TOKEN||', 403),
  denied('SMUG-CHUNK-BARE-CR-TERM', chunked('5\rhello|0||')),
  denied('SMUG-TRAILER-CONTENT-TYPE', chunked('5|hello|0|Content-Type: text/evil||')),
  denied('SMUG-CLTE-CONN-CLOSE', post('Content-Length: 5|Transfer-Encoding: chunked|', ambiguous) + get()),
  denied('SMUG-TECL-CONN-CLOSE', post('Transfer-Encoding: chunked|Content-Length: 5|', ambiguous) + get()),
  denied('SMUG-CLTE-DESYNC', post('Content-Length: 6|Transfer-Encoding: chunked|', `${ambiguous}X`) + get()),
  denied('SMUG-CLTE-SMUGGLED-GET', both(`${lengthOf(body)}`)),
  denied('SMUG-CLTE-SMUGGLED-GET-CL-PLUS', both(`+${lengthOf(body)}`)),
  denied('SMUG-CLTE-SMUGGLED-GET-CL-NON-NUMERIC', both(`${lengthOf(body)}x`)),
  denied('SMUG-CLTE-SMUGGLED-GET-TE-OBS-FOLD', both(`${lengthOf(body)}`, 'Transfer-Encoding:| chunked')),
  denied('SMUG-CLTE-SMUGGLED-HEAD', both(`${lengthOf(body) + 1}`).replace('GET /hidden', 'HEAD /hidden')),
  denied(
    'SMUG-CLTE-SMUGGLED-GET-TE-TRAILING-SPACE',
    both(`${lengthOf(body)}`, 'Transfer-Encoding: chunked '),
  ),
  denied(
    'SMUG-CLTE-SMUGGLED-GET-TE-LEADING-COMMA',
    both(`${lengthOf(body)}`, 'Transfer-Encoding: , chunked'),
  ),
  denied('SMUG-CLTE-SMUGGLED-GET-TE-CASE-MISMATCH', both(`${lengthOf(body)}`, 'Transfer-Encoding: Chunked')),
  denied(
    'SMUG-TE-DUPLICATE-HEADERS-SMUGGLED-GET',
    both(`${lengthOf(body)}`, 'Transfer-Encoding: chunked|Transfer-Encoding: identity'),
  ),
  denied(
    'SMUG-TECL-SMUGGLED-GET',
    post('Transfer-Encoding: chunked|Content-Length: 4|', `${lengthOf(hidden).toString(16)}|${hidden}|0||`),
  ),
  denied(
    'SMUG-DUPLICATE-CL-SMUGGLED-GET',
    length(`Content-Length: 4|Content-Length: ${4 + lengthOf(hidden)}`, `PING${hidden}`),
  ),
  forwarded(
    'SMUG-GET-CL-PREFIX-DESYNC',
    `${length(`Content-Length: ${lengthOf(prefix)}`, prefix).replace('POST', 'GET')}|${get()}`,
    { bodies: [prefix.replaceAll('|', '\r\n')], after: 400 },
  ),
  denied('SMUG-TECL-DESYNC', post('Transfer-Encoding: chunked|Content-Length: 30|', `${ambiguous}X`) + get()),
  forwarded('SMUG-CL0-BODY-POISON', `${length('Content-Length: 0', '')}X${get()}`, { after: 405 }),
  forwarded('SMUG-GET-CL-BODY-DESYNC', length('Content-Length: 5').replace('POST', 'GET') + get(), {
    bodies: ['hello', ''],
  }),
  forwarded('SMUG-OPTIONS-CL-BODY-DESYNC', length('Content-Length: 5').replace('POST', 'OPTIONS') + get(), {
    bodies: ['hello', ''],
  }),
  forwarded('SMUG-EXPECT-100-CL-DESYNC', length('Content-Length: 5|Expect: 100-continue') + get(), {
    bodies: ['hello', ''],
  }),
  denied(
    'SMUG-OPTIONS-TE-OBS-FOLD',
    coding('Transfer-Encoding:| chunked').replace('POST', 'OPTIONS') + get(),
  ),
  denied('SMUG-CHUNK-INVALID-SIZE-DESYNC', `${chunked('+0||')}X${get()}`),
  forwarded('SMUG-PIPELINE-SAFE', get() + get(), { bodies: ['', ''] }),
];
