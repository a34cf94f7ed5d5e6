import type { ConnectionConfiguration } from '../configuration/configuration.ts';
import { bootstrapScope } from '../providers/providers.ts';
import type { RecordSubject } from './secret-store.ts';

/** What the records of a connection are for. */
export function recordSubject({ source, tracking }: ConnectionConfiguration): RecordSubject {
  return { scope: bootstrapScope(source, tracking.origin), about: tracking.origin };
}
