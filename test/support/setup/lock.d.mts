/** Holds a lock file while `use` runs; `onWait` is told once which process holds it. */
export declare function withLock<T>(
  file: string,
  use: () => Promise<T>,
  onWait?: (holder: string) => void,
): Promise<T>;
