import type { ProxyResponse } from '../proxy/messages.ts';
import { disconnectedResponse } from '../proxy/responses.ts';
import type { PortHolder } from './hold-port.ts';
import { noteHeldMs } from './local-address.ts';
import type { LocalAddress } from './local-address.ts';
import type { Listening } from './local-proxy-options.ts';

interface SessionToken {
  get(): Promise<string>;
}

/** Gives `undefined` where something else has the port. */
export type HoldPort = (listening: Listening, response: ProxyResponse) => Promise<PortHolder | undefined>;

/**
 * Keeps the port after the connection has ended: MLflow's client would ask an address at which nobody listens again for
 * minutes. What holds it is new and never had a credential or a tracking server, so that nothing of the connection stays.
 */
export class HeldPort {
  readonly #address: LocalAddress;
  readonly #sessionToken: SessionToken;
  readonly #hold: HoldPort;
  /** Where the connection was, with the token that is out there, be it revoked. */
  #last: Listening | undefined;
  #holder: PortHolder | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(address: LocalAddress, sessionToken: SessionToken, hold: HoldPort) {
    this.#address = address;
    this.#sessionToken = sessionToken;
    this.#hold = hold;
  }

  /** A connection listens there now. */
  used(listening: Listening): void {
    this.#last = listening;
  }

  /** `isAnew`: what held it until now was ended with all else. */
  async hold({ isAnew = false }: { readonly isAnew?: boolean } = {}): Promise<void> {
    if (this.#holder !== undefined && !isAnew) return;
    await this.release();
    const listening = this.#last ?? (await this.#remembered());
    if (listening === undefined) return;
    const holder = await this.#hold(listening, disconnectedResponse());
    if (holder === undefined) return;
    this.#holder = holder;
    await this.#address.noteHeld();
    this.#timer = setInterval(() => void this.#address.noteHeld(), noteHeldMs);
    this.#timer.unref();
    void holder.gone.then(() => {
      if (this.#holder === holder) this.#forget();
    });
  }

  /** For a connection, or the end of the window. */
  async release(): Promise<void> {
    const holder = this.#holder;
    this.#forget();
    await holder?.release();
  }

  #forget(): void {
    clearInterval(this.#timer);
    this.#holder = undefined;
  }

  /** The window was loaded again a moment ago: terminals outlive that. */
  async #remembered(): Promise<Listening | undefined> {
    const { port } = this.#address;
    if (port === undefined || this.#address.wasLeft()) return undefined;
    return { port, sessionToken: await this.#sessionToken.get() };
  }
}
