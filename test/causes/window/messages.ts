import type { BootstrapName } from '../../../src/providers/source.ts';
import type { Keychain, Notification } from './editor-double.ts';

/** How a window is found when it is opened, as an earlier session left it. */
export interface WindowStart {
  /** The extension as it is built. */
  readonly extensionPath: string;
  /** By full key; the editor's own among them. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** What the user entered for the source of these settings. */
  readonly entered: Readonly<Partial<Record<BootstrapName, string>>>;
  /** Where the extension host's own calls go: the editor's patch of Node's network. */
  readonly editorProxy: string | undefined;
  /** Host names that lead to this machine for the extension host, as a company's name server would have them. */
  readonly localNames: readonly string[];
  readonly keychain: Keychain;
  /** Where the window's code runs, if that is not where the person sits. */
  readonly remoteName: string | undefined;
}

export interface Shown {
  readonly status: string;
  /** As a person reads it. */
  readonly tooltip: string;
  readonly notifications: readonly Notification[];
  readonly log: readonly string[];
  readonly progress: readonly string[];
  /** Variables of the extension host, from which kernels are started. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export type Call =
  | { readonly kind: 'start'; readonly start: WindowStart }
  | { readonly kind: 'look' }
  /** A person runs a command and enters this into its input boxes. */
  | { readonly kind: 'command'; readonly command: string; readonly answers: readonly string[] }
  | { readonly kind: 'diagnose' }
  /** `entered`: for the source that they name. */
  | {
      readonly kind: 'settings';
      readonly values: Readonly<Record<string, unknown>>;
      readonly entered: WindowStart['entered'];
    }
  | { readonly kind: 'remoteSettings'; readonly values: Readonly<Record<string, unknown>> }
  | { readonly kind: 'environment'; readonly values: Readonly<Record<string, string | undefined>> }
  | { readonly kind: 'keychain'; readonly keychain: Keychain }
  | { readonly kind: 'localNames'; readonly names: readonly string[] }
  | { readonly kind: 'focus' }
  | { readonly kind: 'stop' };

export interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}
