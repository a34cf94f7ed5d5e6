import assert from 'node:assert/strict';
import { reduce } from '../../../src/connection/state.ts';
import type { ConnectionEvent, ConnectionState } from '../../../src/connection/state.ts';
import { Problem } from '../../../src/problem.ts';
import { storedConfiguration as configuration } from '../configuration/stored-configuration.ts';

const secret = { version: '1', fetchedAt: 1, nextRefreshAt: 2 };
const problem = new Problem({
  code: 'vault.sealed',
  message: 'Vault is sealed.',
  remedy: 'Unseal it.',
  retry: 'automatic',
});
const connecting: ConnectionEvent = { type: 'connecting', configuration };
const servedWell: ConnectionEvent = { type: 'secretServed', secret, problem: undefined };
const servedStale: ConnectionEvent = { type: 'secretServed', secret, problem };
const down: ConnectionEvent = { type: 'upstream', message: 'refused' };
const up: ConnectionEvent = { type: 'upstream', message: undefined };

function after(...events: ConnectionEvent[]): ConnectionState {
  return events.reduce(reduce, { kind: 'disconnected' });
}

describe('The state of a connection', () => {
  it('goes from connecting to connected once there is a secret', () => {
    assert.equal(after(connecting).kind, 'connecting');
    assert.equal(after(connecting, servedWell).kind, 'connected');
  });

  it('is degraded while an old secret is served, and connected again afterwards', () => {
    assert.equal(after(connecting, servedStale).kind, 'degraded');
    assert.equal(after(connecting, servedStale, servedWell).kind, 'connected');
  });

  it('keeps the two troubles apart', () => {
    const both = after(connecting, servedStale, down);
    assert.ok(
      both.kind === 'degraded' && both.trouble.store === problem && both.trouble.upstream === 'refused',
    );
    const onlyServer = reduce(both, servedWell);
    assert.ok(onlyServer.kind === 'degraded' && onlyServer.trouble.store === undefined);
    const onlyStore = reduce(both, up);
    assert.ok(onlyStore.kind === 'degraded' && onlyStore.trouble.upstream === undefined);
    assert.equal(reduce(onlyStore, servedWell).kind, 'connected');
  });

  it('goes from failed to connected when the store responds again', () => {
    assert.equal(after(connecting, { type: 'failed', configuration, problem }).kind, 'failed');
    assert.equal(after(connecting, { type: 'failed', configuration, problem }, servedWell).kind, 'connected');
  });

  it('ignores what arrives after it ended', () => {
    for (const late of [servedWell, servedStale, down, up]) {
      assert.equal(after(connecting, servedWell, { type: 'disconnected' }, late).kind, 'disconnected');
      assert.equal(after({ type: 'restricted' }, late).kind, 'restricted');
      assert.equal(after({ type: 'incomplete', missing: [], problems: [] }, late).kind, 'needsConfiguration');
    }
  });
});
