export interface Sources {
  readonly readme: string;
  readonly manifest: unknown;
  readonly words: unknown;
}
export declare function readSources(root: URL): Promise<Sources>;
export declare function withSettingsTable(readme: string, manifest: unknown, words: unknown): Promise<string>;
