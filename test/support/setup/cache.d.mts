/** Where parts are kept, by version, for every checkout of this user. */
export declare function cacheFolder(): string;
/** Runs `install(folder)` in the cache, unless that was done before and the folder is still of use. */
export declare function installOnce(
  name: string,
  install: (folder: string) => Promise<void>,
  isUsable?: () => boolean,
): Promise<void>;
