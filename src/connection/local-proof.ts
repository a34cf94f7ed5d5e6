import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, Socket } from 'node:net';
import { SessionToken } from '../proxy/admission/session-token.ts';

/** A process of ours takes a second on a machine where fifty start at once; who is taken for a stranger loses the port. */
const timeoutMs = 3000;
const proofLength = 64;
const maxProofResponseLength = 4096;

/** What listens at a port: a proxy that holds the session token, something else, or nothing. */
export type Listener = 'ours' | 'other' | 'nobody';

/** A question to who listens at a port, and the answer that only a holder of the session token can give. Neither tells the token. */
export interface Challenge {
  readonly port: number;
  readonly nonce: string;
  /** In hexadecimal. */
  readonly proof: string;
}

export function challengeFor(
  port: number,
  sessionToken: string,
  nonce = randomBytes(24).toString('base64url'),
): Challenge {
  return { port, nonce, proof: new SessionToken(sessionToken).prove(port, nonce) };
}

/** Asks for a proof that only a holder of the token can give; the token itself is not sent. */
export async function listenerOf(port: number, sessionToken: string): Promise<Listener> {
  return whoAnswers(challengeFor(port, sessionToken));
}

export async function whoAnswers(challenge: Challenge): Promise<Listener> {
  const found = await answeringConnection(challenge, AbortSignal.timeout(timeoutMs));
  if (typeof found === 'string') return found;
  found.destroy();
  return 'ours';
}

/**
 * A connection over which the listener has proved itself: what is sent over it reaches nobody else, whoever gets the port
 * meanwhile. `signal` ends it, too.
 */
export async function provenConnection(
  port: number,
  sessionToken: string,
  signal: AbortSignal,
): Promise<Socket | Exclude<Listener, 'ours'>> {
  return answeringConnection(challengeFor(port, sessionToken), signal);
}

const hostAt = (port: number): string => `127.0.0.1:${port}`;

async function answeringConnection(
  { port, nonce, proof: proofInHex }: Challenge,
  signal: AbortSignal,
): Promise<Socket | Exclude<Listener, 'ours'>> {
  const host = hostAt(port);
  const expected = Buffer.from(proofInHex, 'hex');
  const socket = new Socket({ signal });
  return new Promise((resolve) => {
    let text = '';
    const settle = (listener: Listener): void => {
      socket.off('data', receive).off('close', settleOther).pause();
      if (listener !== 'ours') socket.destroy();
      resolve(listener === 'ours' ? socket : listener);
    };
    const settleOther = (): void => settle('other');
    const receive = (bytes: Buffer): void => {
      text += bytes.toString('latin1');
      const [head = '', proof] = text.split('\r\n\r\n', 2);
      const isWhole = (proof?.length ?? 0) >= proofLength || text.length > maxProofResponseLength;
      if (!isWhole) return;
      const given = Buffer.from(proof ?? '', 'hex');
      const isOurs =
        head.startsWith('HTTP/1.1 200 ') &&
        given.length === expected.length &&
        timingSafeEqual(given, expected);
      settle(isOurs ? 'ours' : 'other');
    };
    // Whoever has the connection afterwards hears of it, too.
    socket.on('error', (error: NodeJS.ErrnoException) =>
      settle(error.code === 'ECONNREFUSED' ? 'nobody' : 'other'),
    );
    socket.on('data', receive).on('close', settleOther).connect(port, '127.0.0.1');
    socket.write(`GET /.mlflow-secrets-auth/proof?nonce=${nonce} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  });
}

/** Between two looks whether a port can be had now. */
const watchIntervalMs = { taken: 2000, failed: 60_000 };

/** Calls `then` once a port can be listened at; `code`: why it cannot. Returns a function that ends the watch. */
export function watchPort(port: number, code: string, then: () => void): () => void {
  const intervalMs = code === 'EADDRINUSE' ? watchIntervalMs.taken : watchIntervalMs.failed;
  const timer = setInterval(() => {
    const server = createServer();
    server.on('error', () => server.close());
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      clearInterval(timer);
      server.close(then);
    });
  }, intervalMs);
  timer.unref();
  return () => clearInterval(timer);
}
