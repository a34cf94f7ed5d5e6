import { admitRequest } from './admission/admit-request.ts';
import type { AdmittedRequest, Admission } from './admission/admit-request.ts';
import type { GuardOptions } from './admission/guard.ts';
import { misdirection } from './exchange/misdirection.ts';
import type { UpstreamPool } from './upstream/pool.ts';

export interface AdmissionContext {
  readonly guardOptions: GuardOptions;
  readonly pool: UpstreamPool | undefined;
}

/** Decides about the requests of one client. */
export class ClientAdmission {
  readonly #context: AdmissionContext;
  #last: AdmittedRequest | undefined;

  constructor(context: AdmissionContext) {
    this.#context = context;
  }

  /** The client has shown a valid token. */
  get isKnown(): boolean {
    return this.#last !== undefined;
  }

  /** Reads and judges the head at `from`. */
  admit(bytes: Buffer, from: number): Admission {
    const { guardOptions, pool } = this.#context;
    const read = admitRequest(bytes, from, this.#last, guardOptions);
    if (read === 'incomplete' || read.kind !== 'admitted') return read;
    this.#last = read;
    const reason = pool === undefined ? undefined : misdirection(read, pool.address);
    return reason === undefined ? read : { kind: 'denied', reason, method: read.line.method };
  }
}
