/** What a fault needs that is not there otherwise. */
export interface SceneNeeds {
  /** What the editor keeps is on a disk that can be filled. */
  readonly smallDisk: boolean;
  /** The tracking server is reached over TLS. */
  readonly tls: boolean;
  /** The extension and its process take the time from a clock that can be set. */
  readonly settableClock: boolean;
  /** The user lets the proxy go on while programs use it. */
  readonly kept: boolean;
}

const nothing: SceneNeeds = { smallDisk: false, tls: false, settableClock: false, kept: false };

export function needsOf(needs: Partial<SceneNeeds> = {}): SceneNeeds {
  return { ...nothing, ...needs };
}
