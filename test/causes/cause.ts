import type { Parts } from './parts.ts';
import type { Shown } from './window/messages.ts';
import type { CauseWindow, WindowOptions } from './window/cause-window.ts';

/** Who names a cause. */
export type Voice = 'status bar' | 'notification' | 'Python' | 'Diagnose';

/** One planted cause of trouble, and what everybody must say of it. */
export interface Cause {
  /** What is wrong, for people. */
  readonly name: string;
  /** As the catalogue has it. */
  readonly code: string;
  /** What a person has to read, in words of the remedy that works. */
  readonly remedy: RegExp;
  /** Who can know of it; everybody, where this is left out. */
  readonly heardFrom?: readonly Voice[];
  readonly plant: (parts: Parts) => Promise<Planted>;
}

export interface Planted {
  readonly window: WindowOptions;
  /** The trouble begins after the window has connected. */
  readonly afterConnecting?: (window: CauseWindow, shown: Shown) => Promise<void>;
  /** What Python is started with, where it is not what the window gives now. */
  readonly python?: (shown: Shown) => {
    readonly environment: Readonly<Record<string, string | undefined>>;
    readonly trackingUri?: string;
  };
  /** What somebody does about it elsewhere. Without one, the test cannot. */
  readonly mend?: (window: CauseWindow) => Promise<unknown>;
  /** Ends what belongs to this row. */
  readonly stop?: () => Promise<unknown>;
}
