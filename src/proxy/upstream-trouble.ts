/** Why the tracking server cannot be reached, with its code at the end; undefined when it can. */
export interface UpstreamTrouble {
  readonly message: string | undefined;
  /** The part of it that says what to do; a process of an earlier version does not tell it apart. */
  readonly remedy?: string | undefined;
}
