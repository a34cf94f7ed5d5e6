import type { ConnectionConfiguration } from '../configuration/configuration.ts';
import { providerOf } from '../providers/providers.ts';
import { unattendedDeadlineMs } from '../providers/source.ts';
import type { SourceContext, TextStorage } from '../providers/source.ts';
import { headerValue } from './auth-header.ts';
import { parseSecret } from './parse-secret.ts';
import { CachingResolver } from './resolver.ts';
import { BoundRecordStorage } from './secret-record.ts';
import type { SecretResolver } from './secret-resolver.ts';

/** Milliseconds that one fetch may take where a sign-in in the browser waits for a person. */
const attendedDeadlineMs = 300_000;

let lastVersion = 0;

/** One connection's secret: its source, its parsing, its header, and where the last good one is kept. */
export async function openResolver(
  configuration: ConnectionConfiguration,
  context: SourceContext,
  memory: TextStorage,
): Promise<SecretResolver> {
  const { source: where, tracking, headerName, authMode, secretFields, cache } = configuration;
  const provider = providerOf(where);
  const source = await provider.load(where, context);
  const times = { ttlMs: cache.ttlSeconds * 1000, maxStaleMs: cache.maxStaleSeconds * 1000 };
  const keeper = new BoundRecordStorage(
    memory,
    JSON.stringify([where, tracking.origin, headerName, authMode, secretFields]),
    times,
  );
  return new CachingResolver({
    source,
    header: (text) => headerValue(parseSecret(text, { authMode, secretFields }), { headerName, authMode }),
    storage: keeper,
    ...times,
    deadlineMs: unattendedDeadlineMs,
    ...(provider.isAttended(where) && { attendedDeadlineMs }),
    clock: context.clock,
    random: context.random,
    nextVersion: () => (lastVersion += 1),
    log: context.log,
  });
}
