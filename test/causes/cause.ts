import type { ProblemCode } from '../../src/problem-catalogue.ts';
import type { Parts } from './parts.ts';
import type { ClientCall } from './python/clients.ts';
import type { Shown } from './window/messages.ts';
import type { CauseWindow, WindowOptions } from './window/cause-window.ts';

/** Who names a cause. */
export type Voice = 'status bar' | 'notification' | 'Python' | 'Diagnose';

interface Common {
  /** What is wrong, for people. */
  readonly name: string;
  readonly plant: (parts: Parts) => Promise<Planted>;
}

/** One planted cause of trouble, and what everybody must say of it. */
export interface NamedCause extends Common {
  /** As the catalogue has it. */
  readonly code: ProblemCode;
  /** What a person has to read, in words of the remedy that works. */
  readonly remedy: RegExp;
  /** Who can know of it; everybody, where this is left out. */
  readonly heardFrom?: readonly Voice[];
}

/** MLflow itself says what is wrong, to Python: the connection is good, and nobody else has anything to say. */
export interface AnsweredCause extends Common {
  /** MLflow's own words in the traceback, or that there is none. */
  readonly answered: RegExp;
}

export type Cause = NamedCause | AnsweredCause;

/**
 * What ends the trouble: somebody does something, mostly elsewhere, and nothing more. Or a person has to act in this
 * window or in Python as well; then with the reason why nothing else can.
 */
export type Mend = ((window: CauseWindow) => Promise<unknown>) | PersonsAct;

export interface PersonsAct {
  readonly because: string;
  /** What is done: in the window; by opening VS Code again like this; or by starting the program of Python again. */
  readonly act:
    ((window: CauseWindow) => Promise<unknown>) | { readonly reopen: WindowOptions } | 'restart Python';
}

export interface Planted {
  readonly window: WindowOptions;
  /** The trouble begins after the window has connected. */
  readonly afterConnecting?: (window: CauseWindow, shown: Shown) => Promise<void>;
  /** What Python is started with, where it is not what the window gives now. */
  readonly python?: (shown: Shown) => Partial<ClientCall>;
  readonly mend: Mend;
  /** How often the secret store was asked. */
  readonly storeCalls?: () => number;
  /** Ends what belongs to this row. */
  readonly stop?: () => Promise<unknown>;
}
