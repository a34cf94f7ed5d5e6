import { Secret } from '../secret.ts';
import type { FetchedSecret, TextStorage } from '../providers/source.ts';
import { staleUntil } from './freshness.ts';
import type { CacheTimes } from './freshness.ts';

/** A fetched secret with the time of fetching, as it survives a reload. Wall-clock milliseconds. */
export interface SecretRecord extends FetchedSecret {
  readonly fetchedAt: number;
}

/** Keeps one record, bound to the destination that it was fetched for; one for another is deleted. */
export class BoundRecordStorage {
  readonly #storage: TextStorage;
  readonly #destination: string;
  readonly #times: CacheTimes;

  constructor(storage: TextStorage, destination: string, times: CacheTimes) {
    this.#storage = storage;
    this.#destination = destination;
    this.#times = times;
  }

  async load(): Promise<SecretRecord | undefined> {
    const text = await this.#storage.load();
    const record = text === undefined ? undefined : read(text, this.#destination);
    if (record === undefined) await this.#storage.delete();
    return record;
  }

  async save(record: SecretRecord): Promise<void> {
    const { version, expiresAt, fetchedAt, enteredAt } = record;
    const facts = { version, expiresAt, fetchedAt, enteredAt };
    const stored = { destination: this.#destination, text: record.text.reveal(), ...facts };
    const until = staleUntil(record, this.#times);
    await this.#storage.save(JSON.stringify(stored), { since: fetchedAt, until });
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
  const { text: secret, fetchedAt, version, expiresAt, enteredAt } = stored;
  if (typeof secret !== 'string' || typeof fetchedAt !== 'number') return undefined;
  return {
    text: new Secret(secret),
    fetchedAt,
    version: typeof version === 'string' ? version : undefined,
    expiresAt: typeof expiresAt === 'number' ? expiresAt : undefined,
    enteredAt: typeof enteredAt === 'number' ? enteredAt : undefined,
  };
}
