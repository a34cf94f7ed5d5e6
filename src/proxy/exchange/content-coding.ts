import { brotliDecompressSync, constants, gunzipSync, inflateSync } from 'node:zlib';

/**
 * A body without its content coding (RFC 9110, 8.4), a part of one as far as it goes. `undefined`: the coding is not known,
 * or there is more in it than that.
 */
export function decoded(body: Buffer, coding: string | undefined, maxBytes: number): Buffer | undefined {
  const zlib = { maxOutputLength: maxBytes, finishFlush: constants.Z_SYNC_FLUSH };
  try {
    switch (coding?.toLowerCase() ?? 'identity') {
      case 'identity':
        return body;
      case 'gzip':
      case 'x-gzip':
        return gunzipSync(body, zlib);
      case 'deflate':
        return inflateSync(body, zlib);
      case 'br':
        return brotliDecompressSync(body, { maxOutputLength: maxBytes });
      default:
        return undefined;
    }
  } catch {
    // Not what it says, or larger than anything that is looked for.
    return undefined;
  }
}
