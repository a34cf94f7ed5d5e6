/** Holds a lock file while `use` runs; `onWait` is called once with the process that holds it. */
export declare function withLock<T>(
  file: string,
  use: () => Promise<T>,
  onWait?: (holder: string) => void,
): Promise<T>;
