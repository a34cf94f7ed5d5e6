import { UnreadFile } from '../../read-small-file.ts';

/** More than any file with a token, a certificate or profiles has. */
export const maxSignInFileBytes = 1_000_000;

/**
 * SDKs read their files without a bound. Throws the problem for one that would hold them up: a pipe, a device, a file on a
 * dead drive. `undefined` where it cannot be opened or is not there, which is for the SDK to report.
 */
export async function unlessHeldUp<T>(
  read: () => Promise<T>,
  problem: (reason: string) => Error,
): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof UnreadFile)) throw error;
    if (error.code !== undefined) return undefined;
    throw problem(error.message);
  }
}
