import type { CredentialGate } from '../credential-gate.ts';
import type { CredentialOutcomes } from './credential-outcomes.ts';
import type { ProxyResponse } from '../messages.ts';
import type { Statistics } from '../statistics.ts';
import type { UpstreamPool } from '../upstream/pool.ts';
import type { RequestRewriter } from './request-rewriter.ts';
import type { RequestPurposes } from './request-purpose.ts';
import type { BodySource } from './request-sender.ts';
import type { RelayTarget } from './response-relay.ts';

/** What every exchange works with. */
export interface ExchangeContext {
  readonly gate: CredentialGate;
  readonly statistics: Statistics;
  readonly outcomes: CredentialOutcomes;
  /** Connections to the current tracking server; undefined until one is configured. */
  readonly pool: UpstreamPool | undefined;
  /** Each client is told that its connection ends after this response. */
  readonly isDraining: boolean;
}

/** The client's side of an exchange; it calls `clientDrained` after a write that gave false. */
export interface ExchangeClient extends RelayTarget, BodySource {
  /** Of all requests of this client. */
  readonly rewriter: RequestRewriter;
  readonly purposes: RequestPurposes;
  /** Sends a response of our own; ends the exchange and then the connection. */
  respond(response: ProxyResponse): void;
  /** The response has been written whole. */
  finished(keepAlive: boolean): void;
  /** The response cannot be completed. */
  broken(): void;
}
