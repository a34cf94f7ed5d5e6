import type { Client } from './clients.ts';
import type { Scene } from './scene.ts';

/** One kind of trouble, made while clients log. */
export interface Fault {
  /** What happens, for people. */
  readonly name: string;
  /** Makes the trouble, and ends it: what a person would do about it, too. */
  readonly strike: (scene: Scene, clients: readonly Client[]) => Promise<void>;
  /** VS Code ends terminals with it: only clients of sessions of their own go on. */
  readonly endsTerminals?: boolean;
  /** A client uploads 200 MB meanwhile; the trouble begins in the middle of it. */
  readonly uploads?: boolean;
  /** Clients lose their access on purpose: for those, to be told so is the aim. */
  readonly endsAccess?: boolean;
  /** What the editor keeps has to be on a small disk. */
  readonly fillsDisk?: boolean;
  /** Cheap enough for every run of the tests. */
  readonly isQuick?: boolean;
  /** Why it cannot be made here, for people. */
  readonly hindrance?: (scene: Scene) => Promise<string | undefined>;
}
