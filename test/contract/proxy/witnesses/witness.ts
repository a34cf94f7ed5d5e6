/** What a server's own parser read of one request. */
export interface SeenRequest {
  readonly method: string;
  readonly target: string;
  /** `name: value`, the name in lower case. */
  readonly fields: readonly string[];
  /** Latin-1. */
  readonly body: string;
  /** The body came to its end. */
  readonly complete: boolean;
}

export interface Seen {
  readonly requests: readonly SeenRequest[];
  /** What came that is no HTTP. */
  readonly errors: readonly string[];
}

/** A tracking server that tells what it read. It answers `ok`, with the target in `X-Target`; `/slow` a little later. */
export interface Witness {
  readonly origin: string;
  readonly authority: string;
  seen(): Promise<Seen>;
  forget(): Promise<void>;
  stop(): Promise<void>;
}

export interface WitnessKind {
  readonly name: string;
  start(): Promise<Witness>;
}
