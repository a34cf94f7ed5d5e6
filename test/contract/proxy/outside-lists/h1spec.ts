import { chunked, get, line, post, denied, forwarded, waitedFor } from './listed-case.ts';
import type { ListedCase } from './listed-case.ts';

/** Where a request that is whole in the end is cut; what h1spec calls fragments. */
const cuts: Readonly<Record<string, string>> = {
  'Fragmented method': 'G',
  'Fragmented URL 1': 'GET ',
  'Fragmented URL 2': 'GET /case',
  'Fragmented URL 3': 'GET /case ',
  'Fragmented HTTP version': 'GET /case HTTP',
  'Fragmented request line': 'GET /case HTTP/1.1',
  'Fragmented request line newline 1': 'GET /case HTTP/1.1\r',
  'Fragmented request line newline 2': 'GET /case HTTP/1.1\r\n',
  'Fragmented field name': 'GET /case HTTP/1.1|Hos',
  'Fragmented field value 1': 'GET /case HTTP/1.1|Host:',
  'Fragmented field value 2': 'GET /case HTTP/1.1|Host: ',
  'Fragmented field value 3': 'GET /case HTTP/1.1|HOST',
  'Fragmented field value 4': 'GET /case HTTP/1.1|HOST\r',
  'Fragmented request': 'GET /case HTTP/1.1|HOST|TOKEN|',
  'Fragmented request termination': 'GET /case HTTP/1.1|HOST|TOKEN|\r',
};

/** The cases of h1spec, by the names that it prints. */
export const h1spec: readonly ListedCase[] = [
  ...Object.entries(cuts).map(([id, bytes]) => waitedFor(id, bytes, get())),
  denied('Request without HTTP version', line('GET /case ')),
  forwarded('Request with Expect header', get('Expect: 100-continue|')),
  forwarded('Valid GET request', get()),
  // Stricter: a tab around what decides where a message goes is read differently by some.
  denied('Valid GET request with edge cases', 'GET /case HTTP/1.1|hoSt:\texample.com|TOKEN|empty:||'),
  denied('Invalid header characters', get('X-Invalid[]: test|')),
  denied('Missing Host header', 'GET /case HTTP/1.1|TOKEN|Content-Length: 5||'),
  denied('Multiple Host headers', get('Host: example.org|')),
  denied('Overflowing negative Content-Length header', get('Content-Length: -123456789123456789123456789|')),
  denied('Negative Content-Length header', get('Content-Length: -1234|')),
  denied('Non-numeric Content-Length header', get('Content-Length: abc|')),
  forwarded('Empty header value', get('X-Empty-Header: |'), { passes: ['x-empty-header: '] }),
  denied('Header containing invalid control character', get('X-Bad-Control-Char: test\x07|')),
  denied('Invalid HTTP version', line('GET /case HTTP/9.9')),
  denied('Invalid prefix of request', line('Extra lineGET /case HTTP/1.1')),
  denied('Invalid line ending', 'GET /case HTTP/1.1|HOST|TOKEN|\rSome-Header: Test||'),
  forwarded('Valid POST request with body', post('Content-Length: 5|', 'hello'), { bodies: ['hello'] }),
  forwarded('Chunked Transfer-Encoding', chunked('c|HellO world1|0||'), { bodies: ['HellO world1'] }),
  denied(
    'Conflicting Transfer-Encoding and Content-Length in varying case',
    post('content-LengtH: 5|TransFer-Encoding: chunked|', 'c|HellO world1|0||'),
  ),
];
