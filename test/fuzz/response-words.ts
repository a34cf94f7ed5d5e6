/** The words of a response; see `line-words.ts`. */

// prettier-ignore
export const statusLines = {
  usual: ['HTTP/1.1 200 OK', 'HTTP/1.1 404 Not Found', 'HTTP/1.1 500 Internal Server Error', 'HTTP/1.1 201 Created', 'HTTP/1.1 302 Found'],
  odd: [
    'HTTP/1.1 204 No Content', 'HTTP/1.1 304 Not Modified', 'HTTP/1.1 205 Reset Content', 'HTTP/1.1 206 Partial Content', 'HTTP/1.1 200', 'HTTP/1.1 200 ',
    'HTTP/1.0 200 OK', 'HTTP/1.2 200 OK', 'HTTP/2.0 200 OK', 'HTTP/0.9 200 OK', 'http/1.1 200 OK', 'HTTP/1.1  200 OK', 'HTTP/1.1 20 OK', 'HTTP/1.1 2000 OK',
    'HTTP/1.1 099 X', 'HTTP/1.1 000 X', 'HTTP/1.1 999 X', 'HTTP/1.1 600 X', 'HTTP/1.1 +20 X', 'HTTP/1.1 200 O\x00K', 'HTTP/1.1 200 O\rK', 'HTTP/1.1 200 \xe4', 'HTTP/1.1 200\tOK',
    'HTTP/1.1 101 Switching Protocols', 'HTTP/1.1 102 Processing', 'HTTP/1.1 100 Continue', 'HTTP/1.1 103 Early Hints', 'ICY 200 OK', 'HTTP/1.1200 OK', '', 'GET / HTTP/1.1', 'RTSP/1.0 200 OK',
  ],
} as const;

// prettier-ignore
export const responseFields = {
  usual: [
    'Server: uvicorn', 'Date: Tue, 24 Nov 2026 13:00:00 GMT', 'Content-Type: application/json', 'X-Custom: a b', 'Set-Cookie: a=b', 'Set-Cookie: c=d; HttpOnly', 'ETag: "x"',
    'Connection: keep-alive', 'Keep-Alive: timeout=5', 'Vary: Accept', 'X-Empty:',
  ],
  odd: [
    'Connection: close', 'Connection: X-Custom', 'Connection: Content-Length', 'Connection: Transfer-Encoding', 'Connection: upgrade', 'Upgrade: h2c', 'Trailer: X-T', 'Proxy-Authenticate: Basic',
    'Location: /elsewhere', 'Location: https://evil.example/', 'Content-Encoding: gzip', 'X-NUL: a\x00b', 'X-CR: a\rb', 'X-LF: a\nb', 'X-Fold: a\r\n b', ' X-Lead: a', 'X Space: a', 'X-Space : a', ': a', 'no-colon',
    'Content-Length: 0', 'Content-Length: 5', 'Content-Length', 'Transfer-Encoding: chunked', 'Transfer-Encoding: identity', 'Transfer-Encoding:', 'X-High: \xff', 'WWW-Authenticate: Basic', `X-Long: ${'a'.repeat(3000)}`,
  ],
} as const;

/** What may come behind a response on its connection. */
// prettier-ignore
export const leftovers = [
  '\r\n', 'x', '\x00', 'HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\npoisoned', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', 'HTTP/1.1 100 Continue\r\n\r\n', 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n',
] as const;
