import { workspaceId } from './workspace-id.ts';
import { workspace } from 'vscode';
import type { Memento } from 'vscode';
import { Approvals } from '../connection/approvals.ts';
import { givenUpIn } from '../connection/given-up.ts';
import type { GivenUpMemory } from '../connection/given-up.ts';
import type { ConnectionDependencies } from '../connection/dependencies.ts';
import { contextKeys, settings } from '../settings/manifest.ts';
import type { SettingKey } from '../settings/manifest.ts';
import { setContext } from './commands.ts';
import { readFoundValues } from './settings.ts';
import type { WorkspacePlan } from './status/status-view.ts';

const autoConnectKey = 'autoConnect';
const hintedKey = 'hinted';
const hintedFoldersKey = 'hintedFolders';
const maxHintedFolders = 50;

/** What is remembered of a workspace, outside its own files. */
export class RememberedWorkspace {
  /** Names this workspace in SecretStorage, which all windows share. */
  readonly id: string;
  readonly approvals: Approvals;
  readonly #memory: Memento;

  constructor(memory: Memento, storageFolder: string | undefined) {
    this.#memory = memory;
    this.approvals = new Approvals(memory);
    this.id = workspaceId(memory, storageFolder);
  }

  get givenUp(): GivenUpMemory {
    return givenUpIn(this.#memory);
  }

  /** Whether this workspace connects when it is opened. */
  get autoConnect(): boolean {
    return this.#memory.get(autoConnectKey) === true;
  }

  /** The same for the connection, which also sets it; `changed` is called then. */
  autoConnectWith(changed: () => void): ConnectionDependencies['autoConnect'] {
    return {
      get: () => this.autoConnect,
      set: async (isOn) => {
        await this.#memory.update(autoConnectKey, isOn);
        await this.showAutoConnect();
        changed();
      },
    };
  }

  get plan(): WorkspacePlan {
    if (!workspace.isTrusted) return 'restricted';
    if (this.autoConnect) return 'connect';
    return this.isKnown ? 'stayOff' : 'none';
  }

  /** Whether the user was asked whether to connect here, which is done once. */
  get wasHinted(): boolean {
    return this.#memory.get(hintedKey) === true;
  }

  noteHint(): void {
    void this.#memory.update(hintedKey, true);
  }

  /** Folders whose own settings the user was told of; the last of them. */
  get hintedFolders(): readonly string[] {
    const stored = this.#memory.get<unknown>(hintedFoldersKey);
    return Array.isArray(stored) ? stored.filter((one) => typeof one === 'string') : [];
  }

  async noteFolderHint(folderUri: string): Promise<void> {
    await this.#memory.update(hintedFoldersKey, [...this.hintedFolders, folderUri].slice(-maxHintedFolders));
  }

  /** Lets the palette offer the commands that make sense here. */
  async showAutoConnect(): Promise<void> {
    await setContext(contextKeys.autoConnect, this.autoConnect);
  }

  /** Whether the user has ever set up MLflow here; elsewhere a status bar item would only be in the way. */
  get isKnown(): boolean {
    // What the user has chosen for all windows, as a notification does, sets up none.
    const isSetUp = (key: SettingKey): boolean => settings[key].scope !== 'application';
    return (
      this.autoConnect ||
      this.approvals.approved !== undefined ||
      (Object.keys(readFoundValues()) as SettingKey[]).some(isSetUp)
    );
  }
}
