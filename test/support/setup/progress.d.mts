export interface Step {
  readonly title: string;
  /** How long it takes the first time on a common machine. */
  readonly usualSeconds: number;
  readonly work: () => Promise<unknown>;
}

export interface Output {
  readonly isTTY: boolean;
  readonly columns: number;
  write(text: string): unknown;
}

/** Runs one step and shows what it does, how long it usually takes, and how long it took. */
export declare function step<T>(
  title: string,
  usualSeconds: number,
  work: () => Promise<T>,
  output?: Output,
): Promise<T>;

/** Does the steps of each lane one after the other, the lanes side by side, numbered. */
export declare function runSteps(lanes: readonly (readonly Step[])[], output?: Output): Promise<void>;
