import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';

const cipher = 'aes-256-gcm';
const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;

/** The two ends of a channel. */
export type Role = 'window' | 'process';

/**
 * Makes messages unreadable to whoever stands between the two ends, and unusable: a changed one, one that is repeated or left
 * out, and one that the other end did not send, cannot be opened.
 */
export class FrameSeal {
  readonly #own: Direction;
  readonly #others: Direction;

  /** `greetings`: those of this channel, with the random part of each end, so that no other channel has its keys. */
  constructor(key: Buffer, greetings: string, own: Role) {
    this.#own = new Direction(key, greetings, own);
    this.#others = new Direction(key, greetings, own === 'window' ? 'process' : 'window');
  }

  seal(text: string): string {
    const sealing = createCipheriv(cipher, this.#own.key, this.#own.nextNonce());
    const parts = [sealing.update(text, 'utf8'), sealing.final()];
    return Buffer.concat([...parts, sealing.getAuthTag()]).toString('base64');
  }

  /** `undefined` for what the other end did not send next. */
  open(sealed: string): string | undefined {
    const bytes = Buffer.from(sealed, 'base64');
    if (bytes.length < tagBytes) return undefined;
    const end = bytes.length - tagBytes;
    const opening = createDecipheriv(cipher, this.#others.key, this.#others.nextNonce(), {
      authTagLength: tagBytes,
    });
    opening.setAuthTag(bytes.subarray(end));
    const plain = opening.update(bytes.subarray(0, end));
    try {
      opening.final();
      return plain.toString('utf8');
    } catch {
      return undefined;
    } finally {
      // It may be a credential.
      plain.fill(0);
    }
  }
}

/** What one end sends: a nonce for each message, which is not sent along. */
class Direction {
  readonly key: Buffer;
  #count = 0;

  constructor(key: Buffer, greetings: string, sender: Role) {
    this.key = Buffer.from(hkdfSync('sha256', key, greetings, `seal ${sender}`, keyBytes));
  }

  nextNonce(): Buffer {
    const nonce = Buffer.alloc(nonceBytes);
    nonce.writeUIntBE(this.#count, nonceBytes - 6, 6);
    this.#count += 1;
    return nonce;
  }
}
