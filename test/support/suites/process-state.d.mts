export type ProcessState = Readonly<Record<string, unknown>>;
export declare function processState(): ProcessState;
export declare function changedState(before: ProcessState, after: ProcessState): readonly string[];
