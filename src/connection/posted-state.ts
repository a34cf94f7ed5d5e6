import type { AfterClose } from '../proxy/control/control-messages.ts';
import type { CredentialState, Upstream } from '../proxy/messages.ts';
import type { ToProxy } from './proxy-worker.ts';

/** What a proxy was told, so that one that is started in its place is told the same. */
export class PostedState {
  #expected: string | undefined;
  #upstream: Upstream | undefined;
  #credential: CredentialState = { kind: 'pending' };
  /** What the credential is one of; see `CredentialState`. */
  #of: string | undefined;
  #afterClose: AfterClose = { kind: 'shortly' };

  set(message: ToProxy): void {
    switch (message.type) {
      case 'upstream':
        this.#upstream = message.upstream;
        return;
      case 'expect':
        this.#expect(message.upstreamId);
        return;
      case 'credential':
        this.#credential = message.credential;
        if (message.credential.kind === 'pending') this.#of = message.credential.of ?? this.#of;
        return;
      case 'prepare':
        this.#afterClose = message.afterClose;
        return;
      case 'listen':
      case 'drain':
      case 'close':
    }
  }

  /** A process that goes on from before keeps what is not contradicted. */
  *messages(): Generator<ToProxy> {
    if (this.#expected !== undefined) yield { type: 'expect', upstreamId: this.#expected };
    if (this.#of !== undefined) yield { type: 'credential', credential: { kind: 'pending', of: this.#of } };
    if (this.#upstream !== undefined) yield { type: 'upstream', upstream: this.#upstream };
    if (this.#credential.kind !== 'pending') yield { type: 'credential', credential: this.#credential };
    if (this.#afterClose.kind !== 'shortly') yield { type: 'prepare', afterClose: this.#afterClose };
  }

  #expect(upstreamId: string): void {
    this.#expected = upstreamId;
    if (this.#upstream === undefined || this.#upstream.id === upstreamId) return;
    this.#upstream = undefined;
    this.#credential = { kind: 'pending' };
    this.#of = undefined;
  }
}
