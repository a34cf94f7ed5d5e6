import dns from 'node:dns';
import type { LookupFunction } from 'node:net';

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
