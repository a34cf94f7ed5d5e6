import type { Person } from './person.ts';

/** What a person does from the first key to the connection. */
export interface Journey {
  readonly name: string;
  /** At most so many, beside approval, of which there is one at most. */
  readonly questions: number;
  /** Of the first version of the product; left out where the journey was not walked then. */
  readonly before?: { readonly questions: number; readonly keys: number };
  /** Files of the project that is opened for it; left out: it goes on in the window of the one before it. */
  readonly project?: Readonly<Record<string, string>>;
  /** Files of the person's home folder, from then on. */
  readonly home?: Readonly<Record<string, string>>;
  /** What comes before the first key that is counted. */
  readonly begin?: (person: Person) => Promise<void>;
  readonly walk: (person: Person) => Promise<void>;
  /** What the status bar says of the server in the end. */
  readonly server: string;
  /** What is looked at then, and counted no more. */
  readonly look?: (person: Person) => Promise<void>;
}

/** One with its own environment, as it is when the editor starts. */
export interface Machine {
  readonly name: string;
  readonly env: NodeJS.ProcessEnv;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly journeys: readonly Journey[];
}

/** Code that names the server. */
export function projectOf(server: string): Readonly<Record<string, string>> {
  return { 'train.py': `import mlflow\n\nmlflow.set_tracking_uri("${server}")\n` };
}
