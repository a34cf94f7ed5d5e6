import { hash, randomBytes } from 'node:crypto';

/** What a browser is let in for, and by which name of this proxy. Times are wall-clock milliseconds. */
interface Ticket {
  /** The tracking server that is to be shown. */
  readonly upstreamId: string;
  /** Each a `Host`: where the port is forwarded, the browser knows this proxy by another port. */
  readonly hosts: readonly string[];
  readonly until: number;
}

interface Session {
  readonly upstreamId: string;
  readonly host: string;
  readonly until: number;
  lastUsedAt: number;
}

export interface OpenedSession {
  readonly cookieName: string;
  readonly cookieValue: string;
}

/** From the window to the browser, which may have to be started. */
const ticketMs = 60_000;
const sessionMs = 8 * 60 * 60_000;
const idleMs = 60 * 60_000;
/** Of each; the oldest goes. */
const maxOpen = 16;

/** Browsers send the cookies of one host to all its ports, so each proxy has a name of its own. */
export const browserCookiePrefix = 'mlflow-secrets-auth-';

export function browserCookieName(host: string): string {
  return browserCookiePrefix + host.slice(host.lastIndexOf(':') + 1);
}

/**
 * The browsers that show MLflow's UI through this proxy. A ticket lets one of them in, once; what it gets for it is good for
 * a while, at this proxy only. Of both, only digests are held, in the memory of this process.
 */
export class BrowserSessions {
  readonly #now: () => number;
  readonly #tickets = new Map<string, Ticket>();
  readonly #sessions = new Map<string, Session>();

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  issueTicket(upstreamId: string, hosts: readonly string[]): string {
    return this.#add(this.#tickets, { upstreamId, hosts, until: this.#now() + ticketMs });
  }

  /** `undefined`: there is no such ticket, or not any more, or it is for another name. It is spent in any case. */
  open(ticket: string, host: string): OpenedSession | undefined {
    const key = digest(ticket);
    const found = this.#tickets.get(key);
    this.#tickets.delete(key);
    const now = this.#now();
    if (found === undefined || found.until <= now || !found.hosts.includes(host)) return undefined;
    const session = { upstreamId: found.upstreamId, host, until: now + sessionMs, lastUsedAt: now };
    return { cookieName: browserCookieName(host), cookieValue: this.#add(this.#sessions, session) };
  }

  /** The tracking server that the browser with this cookie, at this `Host`, is shown. */
  serverOf(cookieValue: string, host: string): string | undefined {
    const key = digest(cookieValue);
    const session = this.#sessions.get(key);
    if (session?.host !== host) return undefined;
    const now = this.#now();
    if (session.until <= now || session.lastUsedAt + idleMs <= now) {
      this.#sessions.delete(key);
      return undefined;
    }
    session.lastUsedAt = now;
    return session.upstreamId;
  }

  #add<T>(open: Map<string, T>, value: T): string {
    const [oldest] = open.keys();
    if (open.size >= maxOpen && oldest !== undefined) open.delete(oldest);
    const name = randomBytes(32).toString('base64url');
    open.set(digest(name), value);
    return name;
  }
}

/** To look a digest up says nothing of how far a guess was right. */
function digest(name: string): string {
  return hash('sha256', name);
}
