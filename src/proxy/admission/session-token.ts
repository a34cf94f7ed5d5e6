import { createHmac, hash, timingSafeEqual } from 'node:crypto';

/** The session token, of which only the digest is held. */
export class SessionToken {
  readonly #digest: Buffer;

  constructor(token: string) {
    this.#digest = hash('sha256', token, 'buffer');
  }

  /**
   * The tracking server that `given` was issued for; `undefined` when it is not this token. A token that Python gets ends
   * with a dot and the server's name, so that a program that was started for another server is not taken for one of this.
   */
  serverOf(given: string): string | undefined {
    const dot = given.lastIndexOf('.');
    if (dot === -1) return this.matches(given) ? '' : undefined;
    return this.matches(given.slice(0, dot)) ? given.slice(dot + 1) : undefined;
  }

  /** What only a holder of the token can say of a nonce; for one port, so that nobody passes it on from another. */
  prove(port: number, nonce: string): string {
    return createHmac('sha256', this.#digest).update(`127.0.0.1:${port}\n${nonce}`).digest('hex');
  }

  /** Whether it is what a holder of the token makes for the frames of traces of this server at this port. */
  isFrameKey(given: string, port: number, upstreamId: string): boolean {
    const text = `trace-frame\n127.0.0.1:${port}\n${upstreamId}`;
    const key = createHmac('sha256', this.#digest).update(text).digest('base64url');
    return timingSafeEqual(hash('sha256', given, 'buffer'), hash('sha256', key, 'buffer'));
  }

  /** In constant time: digests have equal lengths, and comparing them says nothing of how far a guess was right. */
  matches(given: string): boolean {
    return timingSafeEqual(hash('sha256', given, 'buffer'), this.#digest);
  }
}

/** The token of an `Authorization` value: a Bearer token or a Basic password with any user. Case as RFC 9110 has it. */
export function tokenFrom(authorization: string): string | undefined {
  const [, scheme = '', credentials = ''] = /^([A-Za-z]+) +([\x21-\x7e]+)$/.exec(authorization) ?? [];
  switch (scheme.toLowerCase()) {
    case 'bearer':
      return credentials;
    case 'basic': {
      if (!/^[A-Za-z0-9+/]+={0,2}$/.test(credentials)) return undefined;
      const pair = Buffer.from(credentials, 'base64').toString('utf8');
      const colon = pair.indexOf(':');
      return colon === -1 ? undefined : pair.slice(colon + 1);
    }
    default:
      return undefined;
  }
}
