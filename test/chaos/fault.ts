import type { Client } from './clients.ts';
import type { SceneNeeds } from './scene-needs.ts';
import type { Scene } from './scene.ts';

/** One kind of trouble, made while clients log. */
export interface Fault {
  /** What happens, for people. */
  readonly name: string;
  /** Makes the trouble, and ends it: what a person would do about it, too. */
  readonly strike: (scene: Scene, clients: readonly Client[]) => Promise<void>;
  /** VS Code ends terminals with it: only clients of sessions of their own go on. */
  readonly endsTerminals?: boolean;
  /** Of the file that a client uploads meanwhile, where it is not the usual size: the trouble begins in the middle of it. */
  readonly uploadBytes?: number;
  /** Nobody cuts a connection: the upload is sent once. */
  readonly sendsOnce?: boolean;
  /** Clients lose their access on purpose: for those, to be told so is the aim. */
  readonly endsAccess?: boolean;
  readonly needs?: Partial<SceneNeeds>;
  /** Cheap enough for every run of the tests. */
  readonly isQuick?: boolean;
  /** Why it cannot be made here, for people. */
  readonly hindrance?: (scene: Scene) => Promise<string | undefined>;
}
