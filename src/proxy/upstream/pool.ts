import type { ResponseHead } from '../http/response-head.ts';
import type { ProxyResponse } from '../messages.ts';
import type { UpstreamTrouble } from '../upstream-trouble.ts';
import type { CachedResponseHead } from './read-response-head.ts';
import type { UpstreamAddress } from './address.ts';
import { UpstreamConnection } from './connection.ts';
import type { ConnectionOwner } from './connection.ts';
import { dial } from './dial.ts';
import { takesPassword } from './connect-tunnel.ts';
import { DialError } from './dial-error.ts';
import { upstreamProblem } from './problem.ts';
import type { DialCode } from './dial-error.ts';
import type { UpstreamProblem } from './problem.ts';

/**
 * Gunicorn closes an idle connection after 2 s, uvicorn after 5 s, and a request, which is never sent twice, must not
 * meet that moment.
 */
const maxIdleMs = 1500;

/** Squid's own pages, whatever their status (src/errorpage.cc). */
const ofSquid = /^x-squid-error:/im;

/** What an HTTP proxy says itself that takes requests without a tunnel; no tracking server responds with 407. */
function httpProxyRefusal(status: number, head: string): DialCode | undefined {
  if (status === 407) return takesPassword(head) ? 'PROXY_SIGN_IN' : 'PROXY_NEGOTIATE';
  return status >= 400 && ofSquid.test(head) ? 'PROXY_REFUSED' : undefined;
}

const noTrouble: UpstreamTrouble = { message: undefined };

/** The connections to one tracking server, of which idle ones are used again. */
export class UpstreamPool implements ConnectionOwner {
  readonly address: UpstreamAddress;
  cached: CachedResponseHead | undefined;
  credentialHeader: string | undefined;
  readonly #onTrouble: (trouble: UpstreamTrouble) => void;
  /** The newest is last, and is taken first. */
  readonly #idle: UpstreamConnection[] = [];
  #sweeper: NodeJS.Timeout | undefined;
  #isClosed = false;
  /** The trouble shows only once a request was sent, and ends with a response. */
  #isRefused = false;
  /** On some connection: one that resumes a TLS session is not asked again (RFC 8446, 4.3.2). */
  #asksForCertificate = false;

  /** `onTrouble` is called after each attempt. */
  constructor(address: UpstreamAddress, onTrouble: (trouble: UpstreamTrouble) => void) {
    this.address = address;
    this.#onTrouble = onTrouble;
  }

  /** MLflow's 400 is JSON where nginx, for want of a certificate, sends a page. */
  refusalBy({ status, text, fields }: ResponseHead, asksForCertificate: boolean): ProxyResponse | undefined {
    const isForwarded = this.address.targetPrefix !== '';
    // As received: what an HTTP proxy asks for is not in the text for the client.
    const received = isForwarded && status >= 400 ? fields.map(({ line }) => line).join('') : '';
    const ofHttpProxy = isForwarded ? httpProxyRefusal(status, received) : undefined;
    if (ofHttpProxy !== undefined) return this.#refused(ofHttpProxy);
    this.#asksForCertificate ||= asksForCertificate;
    if (status === 400 && this.#asksForCertificate && /^content-type:\s*text\/html/im.test(text)) {
      return this.certificateRefused();
    }
    if (this.#isRefused) {
      this.#isRefused = false;
      this.#onTrouble(noTrouble);
    }
    return undefined;
  }

  certificateRefused(): ProxyResponse {
    return this.#refused('CLIENT_CERTIFICATE');
  }

  #refused(code: DialCode): ProxyResponse {
    const problem = upstreamProblem(this.address, new DialError(code));
    this.#isRefused = true;
    this.#onTrouble(problem);
    return problem.response;
  }

  /** An idle connection that is fresh enough; `now` in wall-clock milliseconds. */
  take(now: number): UpstreamConnection | undefined {
    const newest = this.#idle.at(-1);
    if (newest === undefined) return undefined;
    const age = now - newest.idleSince;
    // After a clock was set back, the age is unknown.
    if (age < 0 || age > maxIdleMs) return undefined;
    this.#idle.pop();
    return newest;
  }

  /** Calls `done` once, later. Returns a function that cancels the attempt. */
  connect(done: (result: UpstreamConnection | UpstreamProblem) => void): () => void {
    return dial(this.address, (result) => {
      if (result instanceof Error) {
        const problem = upstreamProblem(this.address, result);
        this.#onTrouble(problem);
        done(problem);
      } else {
        if (!this.#isRefused) this.#onTrouble(noTrouble);
        done(new UpstreamConnection(result, this));
      }
    });
  }

  /**
   * Takes back a connection whose response has ended; closes it unless it can carry another request. `now` in wall-clock
   * milliseconds.
   */
  release(connection: UpstreamConnection, isReusable: boolean, now: number): void {
    // What it has yet to write is in memory that the client's connection reads into.
    if (!isReusable || this.#isClosed || !connection.isFlushed) {
      connection.destroy();
      return;
    }
    connection.lend(undefined);
    if (connection.isClosed) return;
    connection.isReused = true;
    connection.idleSince = now;
    this.#idle.push(connection);
    this.#sweeper ??= setInterval(() => this.#sweep(), 1000);
  }

  idleClosed(connection: UpstreamConnection): void {
    const at = this.#idle.indexOf(connection);
    if (at !== -1) this.#idle.splice(at, 1);
  }

  /** Closes what is idle; connections in use are closed when they are released. */
  close(): void {
    this.#isClosed = true;
    clearInterval(this.#sweeper);
    for (const connection of this.#idle.splice(0)) connection.destroy();
  }

  #sweep(): void {
    const now = Date.now();
    const isOld = ({ idleSince }: UpstreamConnection): boolean =>
      now - idleSince > maxIdleMs || now < idleSince;
    // The oldest is first.
    while (this.#idle[0] !== undefined && isOld(this.#idle[0])) this.#idle.shift()?.destroy();
    if (this.#idle.length > 0) return;
    clearInterval(this.#sweeper);
    this.#sweeper = undefined;
  }
}
