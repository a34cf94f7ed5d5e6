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
const down = new Problem({
  code: 'upstream.refused',
  message: 'It refuses.',
  remedy: 'Wait.',
  retry: 'automatic',
});
const connecting: ConnectionEvent = { type: 'connecting', configuration };
const servedWell: ConnectionEvent = { type: 'secretServed', secret, problem: undefined };
const servedStale: ConnectionEvent = { type: 'secretServed', secret, problem };
const failed: ConnectionEvent = { type: 'failed', configuration, problem };
const ada = { user: 'ada', notice: undefined };
const accepted: ConnectionEvent = { type: 'found', finding: { kind: 'accepted', server: ada } };
const passed: ConnectionEvent = { type: 'found', finding: { kind: 'accepted', server: undefined } };
const rejected: ConnectionEvent = { type: 'found', finding: { kind: 'rejected', problem, of: 'token' } };
const unavailable: ConnectionEvent = { type: 'found', finding: { kind: 'unavailable', problem: down } };

function after(...events: ConnectionEvent[]): ConnectionState {
  return events.reduce(reduce, { kind: 'disconnected' });
}

describe('The state of a connection', () => {
  it('is connected only once there is a secret and the tracking server accepted it', () => {
    assert.equal(after(connecting).kind, 'connecting');
    assert.equal(after(connecting, accepted).kind, 'connecting');
    assert.equal(after(connecting, servedWell).kind, 'connecting');
    assert.equal(after(connecting, servedWell, accepted).kind, 'connected');
  });

  it('follows the tracking server, whatever it says', () => {
    for (const before of [servedWell, accepted, rejected, unavailable]) {
      const events: ConnectionEvent[] = [connecting, servedWell, before];
      assert.equal(after(...events, accepted).kind, 'connected');
      assert.equal(after(...events, rejected).kind, 'rejected');
      assert.equal(after(...events, unavailable).kind, 'unavailable');
    }
  });

  it('does not become connected by another secret alone', () => {
    assert.equal(after(connecting, servedWell, rejected, servedWell).kind, 'rejected');
    assert.equal(after(connecting, servedWell, unavailable, servedWell).kind, 'unavailable');
    assert.equal(after(connecting, failed, servedWell).kind, 'connecting');
    assert.equal(after(connecting, failed, servedWell, accepted).kind, 'connected');
  });

  it('is degraded while an old secret is served, and connected again afterwards', () => {
    assert.equal(after(connecting, servedStale, accepted).kind, 'degraded');
    assert.equal(after(connecting, servedStale, accepted, servedWell).kind, 'connected');
  });

  it('keeps the troubles of the store and of the tracking server apart', () => {
    const both = after(connecting, servedStale, unavailable);
    assert.ok(both.kind === 'unavailable' && both.store === problem && both.problem === down);
    const onlyServer = reduce(both, servedWell);
    assert.ok(onlyServer.kind === 'unavailable' && onlyServer.store === undefined);
    assert.equal(reduce(both, accepted).kind, 'degraded');
    assert.equal(reduce(onlyServer, accepted).kind, 'connected');
  });

  it('goes on knowing whose credential it is when requests pass', () => {
    const state = after(connecting, servedWell, accepted, passed);
    assert.ok(state.kind === 'connected' && state.server.user === 'ada');
  });

  it('ignores what arrives after it ended', () => {
    for (const late of [servedWell, servedStale, accepted, rejected, unavailable]) {
      assert.equal(
        after(connecting, servedWell, accepted, { type: 'disconnected' }, late).kind,
        'disconnected',
      );
      assert.equal(after({ type: 'restricted' }, late).kind, 'restricted');
      assert.equal(after({ type: 'incomplete', missing: [], problems: [] }, late).kind, 'needsConfiguration');
    }
  });
});
