import type { ConnectionConfiguration } from '../configuration/configuration.ts';
import { headerValue } from './auth-header.ts';
import { parseSecret } from './parse-secret.ts';
import { CachingResolver } from './resolver.ts';
import { RecordKeeper } from './secret-record.ts';
import type { SecretMemory } from './secret-record.ts';
import type { SourceContext } from '../providers/source.ts';
import { loadSource } from '../providers/load-source.ts';

export interface OpenedResolver {
  readonly resolver: CachingResolver;
  /** Ends the source, too; with `revoke` what it signed in for is given back and nothing is kept. */
  close(options: { readonly revoke: boolean }): Promise<void>;
}

/** Milliseconds that one fetch may take; a sign-in in the browser waits for a person. */
const deadlines = { unattended: 20_000, attended: 300_000 };

let lastVersion = 0;

/** One connection's secret: its source, its parsing, its header, and where it is kept over a reload. */
export async function openResolver(
  configuration: ConnectionConfiguration,
  context: SourceContext,
  memory: SecretMemory,
): Promise<OpenedResolver> {
  const { source: where, tracking, headerName, authMode, cache } = configuration;
  const source = await loadSource(where, context);
  const keeper = new RecordKeeper(memory, JSON.stringify([where, tracking.origin, headerName, authMode]));
  const isKept = cache.keep === 'secretStorage';
  // The user may have just chosen to keep nothing.
  if (!isKept) await keeper.delete();
  const resolver = new CachingResolver({
    fetch: async (signal) => source.fetch(signal),
    header: (text) => headerValue(parseSecret(text), { headerName, authMode }),
    keeper: isKept ? keeper : undefined,
    ttlMs: cache.ttlSeconds * 1000,
    maxStaleMs: cache.maxStaleSeconds * 1000,
    deadlineMs: isAttended(configuration) ? deadlines.attended : deadlines.unattended,
    clock: context.clock,
    random: context.random,
    nextVersion: () => (lastVersion += 1),
    log: context.log,
  });
  return {
    resolver,
    close: async ({ revoke }) => {
      await resolver.close({ forget: revoke });
      await source.close({ revoke });
    },
  };
}

function isAttended({ source }: ConnectionConfiguration): boolean {
  switch (source.provider) {
    case 'vault':
      return source.authMethod === 'oidc';
    case 'azure':
      return source.signIn === 'vscode';
    case 'aws':
    case 'stored':
      return false;
  }
}
