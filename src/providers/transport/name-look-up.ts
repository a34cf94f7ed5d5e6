import dns from 'node:dns';
import type { LookupFunction } from 'node:net';

/**
 * A resolver that got nothing from a first name server asks the next after 5 s (resolv.conf(5), `timeout`): that is waited
 * for. Clients that know one time-out for a connection and all before it must wait longer than this.
 */
export const nameLookUpMs = 7000;

/** In place of Node's own: a name server that does not respond is told from a server that does not. */
export function lookUpWithin(ms: number): LookupFunction {
  return (hostname, options, callback) => {
    let isOver = false;
    const settle: typeof callback = (...found) => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      callback(...found);
    };
    const late = { code: 'EAI_AGAIN', syscall: 'getaddrinfo', hostname };
    const timer = setTimeout(() => settle(Object.assign(new Error('EAI_AGAIN'), late), ''), ms);
    dns.lookup(hostname, options, settle);
  };
}

/** Tells a name server that does not respond from a server that does not, where a request has a time-out for both. */
export class NameLookUp {
  #isUnderWay = false;

  get isUnderWay(): boolean {
    return this.#isUnderWay;
  }

  /** In place of Node's own, for one connection. */
  readonly lookup: LookupFunction = (hostname, options, callback) => {
    this.#isUnderWay = true;
    dns.lookup(hostname, options, (...found) => {
      this.#isUnderWay = false;
      callback(...found);
    });
  };
}
