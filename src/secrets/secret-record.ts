import { Secret } from '../secret.ts';
import type { FetchedSecret } from '../providers/source.ts';

/** A fetched secret with the time of fetching, as it survives a reload. Wall-clock milliseconds. */
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
  readonly #storage: TextStorage;
  readonly #destination: string;

  constructor(storage: TextStorage, destination: string) {
    this.#storage = storage;
    this.#destination = destination;
  }

  async load(): Promise<SecretRecord | undefined> {
    const text = await this.#storage.load();
    return text === undefined ? undefined : read(text, this.#destination);
  }

  async save(record: SecretRecord): Promise<void> {
    const { text, version, expiresAt, fetchedAt } = record;
    const stored = { destination: this.#destination, text: text.reveal(), version, expiresAt, fetchedAt };
    await this.#storage.save(JSON.stringify(stored));
  }

  async delete(): Promise<void> {
    await this.#storage.delete();
  }
}

/** What another version or another configuration left behind is no record. */
function read(text: string, destination: string): SecretRecord | undefined {
  let stored: Readonly<Record<string, unknown>> | null;
  try {
    stored = JSON.parse(text) as Readonly<Record<string, unknown>> | null;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  if (stored?.['destination'] !== destination) return undefined;
  const { text: secret, fetchedAt, version, expiresAt } = stored;
  if (typeof secret !== 'string' || typeof fetchedAt !== 'number') return undefined;
  return {
    text: new Secret(secret),
    fetchedAt,
    version: typeof version === 'string' ? version : undefined,
    expiresAt: typeof expiresAt === 'number' ? expiresAt : undefined,
  };
}
