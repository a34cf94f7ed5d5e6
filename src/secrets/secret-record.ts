import { Secret } from '../secret.ts';
import type { FetchedSecret } from '../providers/source.ts';

/** A fetched secret with the time of fetching, as it is kept over a reload. Wall-clock milliseconds. */
export interface SecretRecord extends FetchedSecret {
  readonly fetchedAt: number;
}

/** An encrypted place for one text. */
export interface TextStorage {
  load(): Promise<string | undefined>;
  save(text: string): Promise<void>;
  delete(): Promise<void>;
}

/** Keeps one record, bound to the destination that it was fetched for. */
export class BoundRecordStorage {
  readonly #memory: TextStorage;
  readonly #destination: string;

  constructor(memory: TextStorage, destination: string) {
    this.#memory = memory;
    this.#destination = destination;
  }

  async load(): Promise<SecretRecord | undefined> {
    const text = await this.#memory.load();
    return text === undefined ? undefined : read(text, this.#destination);
  }

  async save(record: SecretRecord): Promise<void> {
    const { text, version, expiresAt, fetchedAt } = record;
    const kept = { destination: this.#destination, text: text.reveal(), version, expiresAt, fetchedAt };
    await this.#memory.save(JSON.stringify(kept));
  }

  async delete(): Promise<void> {
    await this.#memory.delete();
  }
}

/** What another version or another configuration left is no record. */
function read(text: string, destination: string): SecretRecord | undefined {
  let kept: Readonly<Record<string, unknown>> | null;
  try {
    kept = JSON.parse(text) as Readonly<Record<string, unknown>> | null;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  if (kept?.['destination'] !== destination) return undefined;
  const { text: secret, fetchedAt, version, expiresAt } = kept;
  if (typeof secret !== 'string' || typeof fetchedAt !== 'number') return undefined;
  return {
    text: new Secret(secret),
    fetchedAt,
    version: typeof version === 'string' ? version : undefined,
    expiresAt: typeof expiresAt === 'number' ? expiresAt : undefined,
  };
}
