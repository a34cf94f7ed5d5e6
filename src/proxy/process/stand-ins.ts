import type { AfterClose, KeptState } from '../control/control-messages.ts';
import type { CredentialState } from '../messages.ts';
import { windowClosed } from '../responses.ts';
import type { Alone, AloneModule, PreparedAlone } from './alone.ts';
import { WindowState } from './window-states.ts';
import type { ConnectedTo } from './window-states.ts';

export interface StandInsOptions {
  /** `undefined`: there is nothing that fetches without a window. */
  readonly load: (() => Promise<AloneModule>) | undefined;
  /** To the proxy, as a window says it. */
  readonly say: (window: WindowState, credential: CredentialState) => void;
  /** What the proxy needs is to be asked of it. */
  readonly started: () => void;
}

/** What a stand-in reported, until it is closed. */
interface Reported {
  readonly refreshes: number;
  readonly log: readonly string[];
}

interface Current {
  readonly window: WindowState;
  /** `undefined` while it starts. */
  alone: Alone | undefined;
}

const nothingReported: Reported = { refreshes: 0, log: [] };
const maxLogLines = 100;
/** Of one line, which may have a server's words in it. */
const maxLineLength = 2000;

/** Where nobody can fetch another one, the last credential serves for as long as it is good. */
const lastCredentialOnly: PreparedAlone = {
  start: (link) => ({
    credentialNeeded: ({ reason }) => {
      if (reason === 'refresh') return;
      // Whoever asks begins to wait only now.
      queueMicrotask(() => link.post({ kind: 'unavailable', response: windowClosed() }));
    },
    close: () => ({}),
  }),
};

/** Brings credentials while no window is there: to the proxy, what stands in for the windows is one more of them. */
export class StandIns {
  readonly #options: StandInsOptions;
  #prepared: Promise<PreparedAlone | undefined> = Promise.resolve(undefined);
  /** The connection that goes on after the last window, if one does. */
  #kept: { readonly of: string | undefined } | undefined;
  #current: Current | undefined;
  #reported = nothingReported;

  constructor(options: StandInsOptions) {
    this.#options = options;
  }

  /** The window that nobody sees, while there is one. */
  get window(): WindowState | undefined {
    return this.#current?.window;
  }

  get reported(): Reported {
    return this.#reported;
  }

  /** Whether a window of other settings made what is prepared, whose credential is for another server. */
  isForAnother(of: string | undefined): boolean {
    return this.#kept !== undefined && this.#kept.of !== of;
  }

  prepare(afterClose: AfterClose, of?: string): void {
    this.#kept = afterClose.kind === 'whileInUse' ? { of } : undefined;
    const plan = afterClose.kind === 'whileInUse' ? afterClose.plan : undefined;
    const { load } = this.#options;
    this.#prepared =
      plan === undefined || load === undefined
        ? Promise.resolve(undefined)
        : load()
            .then(async (alone) => alone.prepareAlone(plan))
            // Of another version, or its files are gone.
            .catch(() => undefined);
  }

  /**
   * `last`: what the windows were connected to. Later than now, where what it needs is still being loaded; unless there is
   * one already.
   */
  async startPrepared(last: () => ConnectedTo | undefined): Promise<void> {
    const preparing = this.#prepared;
    const prepared = await preparing;
    const connection = last();
    if (prepared === undefined || connection === undefined || preparing !== this.#prepared) return;
    if (this.isForAnother(connection.of)) return;
    if (this.#current === undefined) this.#start(prepared, connection);
  }

  /** Unless there is one already. */
  startLastCredentialOnly(last: ConnectedTo): void {
    if (this.#current === undefined) this.#start(lastCredentialOnly, last);
  }

  close(): KeptState | undefined {
    const { alone } = this.#current ?? {};
    this.#current = undefined;
    this.#reported = nothingReported;
    return alone?.close();
  }

  #start(prepared: PreparedAlone, last: ConnectedTo): void {
    const window = new WindowState((message) => {
      const current = this.#current;
      if (current?.window === window && message.type === 'credentialNeeded') {
        current.alone?.credentialNeeded(message);
      }
    });
    window.said(last.upstream);
    window.of = last.of;
    const current: Current = { window, alone: undefined };
    this.#current = current;
    current.alone = prepared.start({
      post: (credential) => {
        if (this.#current === current) this.#options.say(window, namedAs(window, credential));
      },
      refreshed: () => {
        this.#reported = { ...this.#reported, refreshes: this.#reported.refreshes + 1 };
      },
      log: (line) => {
        this.#reported = {
          ...this.#reported,
          log: [...this.#reported.log, line.slice(0, maxLineLength)].slice(-maxLogLines),
        };
      },
    });
    this.#options.started();
  }
}

/** Of what it could not bring, the one that is in use serves until its end. */
function namedAs({ of }: WindowState, credential: CredentialState): CredentialState {
  return credential.kind === 'unavailable' && of !== undefined ? { ...credential, of } : credential;
}
