/** The words that say where a body ends; see `line-words.ts`. */

// prettier-ignore
export const colons = {
  usual: [': ', ':', ':\t', ':  '],
  odd: [' : ', '\t:', ' :', ':\r\n ', ':\x0b', '::', '=', '', ':\x00', '\x00:', ':\n '],
} as const;

// prettier-ignore
export const lengthNames = {
  usual: ['Content-Length', 'content-length'],
  odd: [
    'Content-Length ', 'Content_Length', 'Content-Length\x00', ' Content-Length', 'Content-Length\x0b',
    'X\r\nContent-Length', '\x00Content-Length', 'Content\x10Length', 'CONTENT-LENGTH',
  ],
} as const;

/** `N` stands for the body's real length. */
// prettier-ignore
export const lengthValues = {
  usual: ['N'],
  odd: [
    'N, N', 'N,N', '+N', '-N', ' N ', 'N ', '0N', '00000N', '0xN', 'N.0', 'Ne0', 'N;', 'N\x00', 'N\x0b', '\x0bN', 'N\t', '"N"', 'N N', '', ' ', ',',
    'N,', ',N', 'N, 0', '0, N', '0', '-0', '+0', '1', '99999999999999999999', '18446744073709551616', '4294967296', '9007199254740993',
    '\xb2', 'N_0', '1_0', 'Infinity', 'NaN', 'N\r\n 1', 'N\n', '\rN', 'identity', 'chunked',
  ],
} as const;

// prettier-ignore
export const codingNames = {
  usual: ['Transfer-Encoding', 'transfer-encoding'],
  odd: [
    'Transfer-Encoding ', 'Transfer_Encoding', ' Transfer-Encoding', 'Transfer-Encoding\x00', 'Transfer-Encoding\x0b', 'Transfer\rEncoding',
    'X: y\nTransfer-Encoding', 'X: y\rTransfer-Encoding', '\x00Transfer-Encoding', 'Transfer-Encodin', 'TE', 'tRANSFER-ENCODING', 'Transfer-Encoding\xa0',
  ],
} as const;

// prettier-ignore
export const codingValues = {
  usual: ['chunked', 'Chunked'],
  odd: [
    '', ' ', ',', ', chunked', 'chunked,', 'chunked, chunked', 'chunked, identity', 'identity, chunked', 'identity', 'gzip, chunked', 'gzip', 'chunked, gzip',
    'xchunked', 'chunkedx', 'chunked;q=1', 'chunked ;', '"chunked"', "'chunked'", 'chunked\x00', '\x00chunked', 'chunked\x0b', '\x0bchunked', 'chunked\x0c',
    'chun\x00ked', 'chunk', 'CHUNKED', "c'unked", 'chunked\xa0', '\xffchunked', '\r\n chunked', '\n chunked', 'chunked\r\n ',
    'x\rTransfer-Encoding: chunked', 'chunked\t', '\tchunked', 'trailers',
  ],
} as const;

/** `SIZE` stands for the chunk's real size in hex. */
// prettier-ignore
export const chunkSizes = {
  usual: ['SIZE'],
  odd: [
    'SIZE;', 'SIZE;a=b', 'SIZE;a="b"', 'SIZE; a', 'SIZE;a="\\""', 'SIZE;\x00', 'SIZE;a\n', 'SIZE;a\rb', 'SIZE ', 'SIZE\t', ' SIZE', '\tSIZE', '0SIZE', '000000000000SIZE',
    '0xSIZE', '+SIZE', '-SIZE', 'SIZE,', 'SIZEg', 'gSIZE', '', 'FFFFFFFFFFFFFFFF', '10000000000000000', '100000000', '7FFFFFFFFFFFFFFF', 'SIZE\x00', '_SIZE', 'SIZE\x0b', 'SIZE.0',
    'SIZE;a=b;c=d', 'SIZE\r', 'SIZE;a\r\n', 'SIZE"', `SIZE;${'x'.repeat(300)}`,
  ],
} as const;
