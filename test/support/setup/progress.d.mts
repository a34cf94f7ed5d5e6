/** Runs one step and shows what it does, how long it usually takes, and how long it took. */
export declare function step<T>(title: string, usualSeconds: number, work: () => Promise<T>): Promise<T>;
