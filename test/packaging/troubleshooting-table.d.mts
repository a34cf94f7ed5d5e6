export type Meanings = Readonly<Partial<Record<string, string>>>;
export declare function readMeanings(root: URL): Promise<Meanings>;
export declare function withProblemTables(page: string, meanings: Meanings): Promise<string>;
