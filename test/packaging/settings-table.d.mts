export interface Sources {
  readonly page: string;
  readonly manifest: unknown;
  readonly words: unknown;
}
export declare function readSources(root: URL): Promise<Sources>;
export declare function withSettingsTables(page: string, manifest: unknown, words: unknown): Promise<string>;
