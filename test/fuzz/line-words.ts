/**
 * The words of a request's first line and of line ends: what is right comes first, then what parsers have been known to read
 * differently. The classes are those of RFC 9112, h1spec, Http11Probe and the published smuggling techniques (CL.TE, TE.CL,
 * TE.TE, CL.0, chunk extensions, bare line ends, folding, absolute targets, Connection-listed fields, late fields).
 */

// prettier-ignore
export const methods = {
  usual: ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS'],
  odd: [
    'get', 'Get', 'TRACE', 'CONNECT', 'PRI', 'M-SEARCH', 'PROPFIND', 'PURGE', 'QUERY', 'SOURCE', 'FOO', '', 'G',
    'GET ', ' GET', 'GET\t', 'G\x00T', 'GET\x0b', 'GET,', '(GET)', 'GETT', 'POST\xa0', 'DESCRIBE', 'LINK',
  ],
} as const;

// prettier-ignore
export const targets = {
  usual: ['/api/2.0/mlflow/runs/log-metric', '/', '/version', '/a?b=c&d=%20', '/a/b;p=1', "/~!$&'()*+,;=:@"],
  odd: [
    '//evil.example/x', '/\\evil.example/x', '\\evil', '/..', '/../x', '/a/../b', '/%2e%2e/x', '/%2E%2E%2Fx', '/./x',
    'http://evil.example/x', 'http://127.0.0.1/x', 'HTTP://x/', 'https:///x', 'evil.example:443', '*', '?x', '#f', '/a#f',
    '/a b', '/a\tb', '/\x00', '/a\x7fb', '/a\x80b', '/\xff', '/\xe9', '/"<>^`{|}', '', '/%', '/%zz', '/%00', '/%0d%0aX:%20y',
    '/a\rb', '/a\nb', '/a\x0bHTTP/1.1', '/ HTTP/1.1\r\nX: y', '/x HTTP/1.0', '///', '/;/', '//', '/@evil', '@evil/',
  ],
} as const;

// prettier-ignore
export const versions = {
  usual: ['HTTP/1.1'],
  odd: [
    'HTTP/1.0', 'HTTP/0.9', 'HTTP/1.2', 'HTTP/1.9', 'HTTP/2.0', 'HTTP/2', 'HTTP/3.0', 'HTTP/0.0', 'HTTP/01.1', 'HTTP/1.10',
    'http/1.1', 'HTTP/1,1', 'HTTP 1.1', 'HTTP/1.1 ', ' HTTP/1.1', 'HTTP/1.1\t', 'HTTP/1.', 'HTTP/.1', 'HTTP/', 'HTTP', '',
    'RTSP/1.1', 'RTSP/1.0', 'ICE/1.0', 'HTTPS/1.1', 'HTTP/1.1\x00', 'HTTP/1.1x', 'HTTP/+1.1', 'HTTP/1.-1',
  ],
} as const;

// prettier-ignore
export const lineEnds = {
  usual: ['\r\n'],
  odd: ['\n', '\r', '\r\r\n', '\n\r', '\r\n\r', '\x0b\r\n', '\x0c\r\n', ' \r\n', '\x00\r\n', '\x85', ''],
} as const;
