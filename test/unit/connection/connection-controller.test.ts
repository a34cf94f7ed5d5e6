import assert from 'node:assert/strict';
import { clientToken, upstreamId } from '../../../src/connection/client-token.ts';
import { storedConfiguration as configuration } from '../configuration/stored-configuration.ts';
import { settle } from '../../support/manual-clock.ts';
import { Bench, hangingCalls, lasting, sealed } from './bench.ts';

describe('A connection', () => {
  it('to an approved destination gives the header to the proxy and to nobody else', async () => {
    const bench = new Bench();
    await bench.approve();
    await bench.connection.connect();
    assert.equal(bench.connection.state.kind, 'connected');
    assert.ok(bench.credential?.kind === 'ready' && bench.credential.headerValue === 'Bearer canary-1');
    assert.ok(!JSON.stringify([bench.endpoints, bench.log]).includes('canary'));
  });

  it('fetches no secret before the destination is approved, and says so to Python', async () => {
    const bench = new Bench();
    await bench.connection.connect();
    assert.equal(bench.connection.state.kind, 'needsApproval');
    assert.equal(bench.opened, 0);
    assert.equal(bench.worker.last('upstream')?.upstream, undefined);
    assert.ok(
      bench.credential?.kind === 'unavailable' && bench.credential.response.message.includes('approve'),
    );
  });

  it('asks again, and drops the secret, when settings change the destination', async () => {
    const bench = new Bench();
    await bench.approve();
    await bench.connection.connect();
    bench.configuration = { ...configuration, tracking: { origin: 'https://evil.example', basePath: '' } };
    await bench.connection.reconsider();
    const { state } = bench.connection;
    assert.ok(state.kind === 'needsApproval');
    assert.equal(state.approved?.trackingOrigin, 'https://mlflow.company.com');
    assert.equal(bench.credential?.kind, 'unavailable');
    assert.deepEqual(bench.closings, [true]);
  });

  it('does nothing in Restricted Mode', async () => {
    const bench = new Bench();
    bench.trusted = false;
    await bench.approve();
    await bench.connection.reconsider();
    assert.equal(bench.connection.state.kind, 'restricted');
    assert.equal(bench.opened + bench.workers.length + bench.endpoints.length, 0);
  });

  it('is restricted in Restricted Mode also where something of before could not be ended', async () => {
    const bench = new Bench();
    bench.trusted = false;
    bench.failing.add('endKept');
    await bench.connection.reconsider();
    assert.equal(bench.connection.state.kind, 'restricted');
    assert.deepEqual(bench.history, ['restricted']);
    assert.ok(
      bench.log.some((line) => line.includes('settings.unexpected')),
      bench.log.join(),
    );
  });

  it('issues tokens for one tracking server: after a switch, those of the old one are for another', async () => {
    const bench = new Bench();
    await bench.approve();
    await bench.connection.connect();
    const tokenNow = (): string | undefined => bench.endpoints.at(-1)?.clientToken;
    const before = tokenNow();
    assert.equal(before, clientToken('session-1', configuration.tracking));
    assert.equal(before.split('.')[1], bench.worker.last('upstream')?.upstream?.id);
    for (const tracking of [
      { origin: 'https://other.company.com', basePath: '' },
      { origin: 'https://mlflow.company.com', basePath: '/other' },
    ]) {
      bench.configuration = { ...configuration, tracking };
      await bench.approve();
      await bench.connection.reconsider();
      assert.equal(bench.connection.state.kind, 'connected');
      assert.notEqual(tokenNow(), before);
      assert.equal(tokenNow()?.split('.')[1], bench.worker.last('upstream')?.upstream?.id);
    }
  });

  it('tells the worker of another way to the same server, keeps the credential, and the old way where the new one fails', async () => {
    const bench = new Bench();
    await bench.approve();
    await bench.connection.renewUpstream();
    assert.equal(bench.workers.length, 0);
    await bench.connection.connect();
    const ways = (): unknown[] => bench.worker.received.filter(({ type }) => type === 'upstream');
    const before = ways().length;
    await bench.connection.renewUpstream();
    assert.equal(ways().length, before);
    bench.trust = () => ({ kind: 'roots', added: ['PEM'], isComplete: true });
    await bench.connection.renewUpstream();
    assert.deepEqual(bench.worker.last('upstream')?.upstream?.trust, bench.trust());
    assert.equal(ways().length, before + 1);
    bench.trust = () => {
      throw sealed;
    };
    await bench.connection.renewUpstream();
    assert.equal(ways().length, before + 1);
    assert.deepEqual([bench.connection.state.kind, bench.opened, bench.closings.length], ['connected', 1, 0]);
  });

  it('lets requests for a new tracking server wait while the old one is left', async () => {
    const bench = new Bench();
    await bench.approve();
    await bench.connection.connect();
    bench.configuration = {
      ...configuration,
      tracking: { origin: 'https://other.company.com', basePath: '' },
    };
    await bench.approve();
    const seen: unknown[] = [];
    const { length } = bench.worker.received;
    await bench.connection.reconsider();
    for (const message of bench.worker.received.slice(length)) {
      if (message.type === 'expect') seen.push(message.upstreamId);
      if (message.type === 'upstream') seen.push(message.upstream?.origin);
      if (message.type === 'credential') seen.push(message.credential.kind);
    }
    const id = upstreamId(bench.configuration.tracking);
    assert.deepEqual(seen, [id, 'pending', 'https://other.company.com', 'ready']);
  });

  it('is left alone by a change of settings that makes no difference', async () => {
    const bench = new Bench();
    await bench.approve();
    await bench.connection.connect();
    await bench.connection.reconsider();
    assert.equal(bench.opened, 1);
    assert.equal(bench.workers.length, 1);
  });

  it('asks again when the CA file changes, also where the tracking server needs none, and is then made again', async () => {
    const bench = new Bench();
    bench.configuration = {
      ...configuration,
      tracking: { origin: 'http://mlflow.company.com', basePath: '' },
    };
    await bench.approve();
    bench.answer = async () => Promise.reject(lasting);
    await bench.connection.connect();
    assert.equal(bench.connection.state.kind, 'failed');
    bench.configuration = { ...bench.configuration, caFile: '/etc/company.pem' };
    bench.answer = async () => Promise.resolve(bench.served(1));
    await bench.connection.reconsider();
    assert.equal(bench.opened, 1);
    await bench.approve();
    await bench.connection.reconsider();
    assert.deepEqual([bench.connection.state.kind, bench.opened], ['connected', 2]);
  });

  it('has the same address and token after a restart', async () => {
    const bench = new Bench();
    await bench.approve();
    await bench.connection.connect();
    const [before] = bench.endpoints;
    await bench.connection.shutDown();
    await bench.connection.reconsider();
    const after = bench.endpoints.at(-1);
    assert.deepEqual([after?.port, after?.clientToken], [before?.port, before?.clientToken]);
    assert.deepEqual(bench.closings, [false], 'a reload revokes nothing');
  });

  it('moves to another port, with another token, when its own is taken', async () => {
    const bench = new Bench();
    await bench.approve();
    await bench.workspace.update('proxyPort', 40_002);
    await bench.workspace.update('proxyHeldAt', Date.now());
    bench.taken = new Set([40_002]);
    await bench.connection.connect();
    const last = bench.endpoints.at(-1);
    assert.deepEqual(
      [last?.port, last?.clientToken],
      [40_001, clientToken('session-2', configuration.tracking)],
    );
    assert.ok(
      bench.log.some((line) =>
        line.includes('Port 40002 is in use by another program, so the local proxy moved to port 40001'),
      ),
    );
  });

  it('says how to fix it when the configured port is taken', async () => {
    const bench = new Bench();
    await bench.approve();
    bench.configuration = { ...configuration, proxyPort: 40_003 };
    bench.taken = new Set([40_003]);
    await bench.connection.connect();
    const { state } = bench.connection;
    assert.ok(state.kind === 'failed');
    assert.match(state.problem.message, /Port 40003 is in use by another program/);
    assert.match(state.problem.remedy, /mlflowSecretsAuth\.proxy\.port/);
  });

  it('restarts a worker that died, at the same port with the same credential', async () => {
    const bench = new Bench();
    await bench.approve();
    await bench.connection.connect();
    const [first] = bench.workers;
    first?.listener.onExit('out of memory');
    await bench.until(() => bench.worker !== first && bench.worker.last('listen') !== undefined);
    const listen = bench.worker.last('listen');
    assert.deepEqual([listen?.port, listen?.sessionToken], [40_001, 'session-1']);
    assert.equal(bench.credential?.kind, 'ready');
    assert.equal(bench.worker.last('upstream')?.upstream?.origin, 'https://mlflow.company.com');
    const firstSaid = first?.received.find(({ type }) => type === 'credential');
    const saidAgain = bench.worker.received.find(({ type }) => type === 'credential');
    assert.ok(firstSaid?.type === 'credential' && firstSaid.credential.kind === 'pending');
    assert.ok(firstSaid.credential.of !== undefined);
    assert.deepEqual(saidAgain, firstSaid, 'what the credential is one of comes first');
  });

  it('is not taken for lost when it ends while a worker that died is restarted', async () => {
    for (const end of ['disconnect', 'shutDown'] as const) {
      const bench = new Bench();
      await bench.approve();
      await bench.connection.connect();
      bench.hanging.add('listen');
      bench.worker.listener.onExit('out of memory');
      await bench.until(() => bench.workers.length === 2);
      await (end === 'shutDown'
        ? bench.connection.shutDown()
        : bench.connection.disconnect({ revoke: false }));
      await settle();
      assert.notEqual(bench.connection.state.kind, 'failed');
      assert.equal(bench.token, 1);
    }
  });

  it('is retried automatically after trouble that passes, and responds to Python meanwhile', async () => {
    const bench = new Bench();
    await bench.approve();
    let failures = 2;
    const answers: string[] = [];
    bench.answer = async () => {
      const { credential } = bench;
      if (credential?.kind === 'unavailable')
        answers.push(`${credential.response.status} ${credential.response.message}`);
      if (failures === 0) return Promise.resolve(bench.served(1));
      failures -= 1;
      return Promise.reject(sealed);
    };
    await bench.connection.connect();
    assert.equal(bench.connection.state.kind, 'failed');
    await bench.until(() => bench.connection.state.kind === 'connected');
    assert.match(answers[0] ?? '', /^503 .*Vault is sealed\. Ask for it to be unsealed\./);
  });

  it('posts and logs one failure of the store once', async () => {
    const bench = new Bench();
    await bench.approve();
    bench.resolver = () => bench.cachingResolver(async () => Promise.reject(lasting));
    await bench.connection.connect();
    assert.equal(bench.connection.state.kind, 'failed');
    const posted = bench.worker.received.filter(
      (message) => message.type === 'credential' && message.credential.kind === 'unavailable',
    );
    assert.equal(posted.length, 1);
    const line = 'Vault denies the secret. Ask for a policy. (vault.denied)';
    assert.deepEqual(
      bench.log.filter((logged) => logged.includes('vault.denied')),
      [line],
    );
  });

  it('posts and logs once what fails before the store is asked', async () => {
    const bench = new Bench();
    await bench.approve();
    bench.openFailure = lasting;
    await bench.connection.connect();
    assert.equal(bench.connection.state.kind, 'failed');
    assert.equal(bench.credential?.kind, 'unavailable');
    assert.equal(bench.log.filter((logged) => logged.includes('vault.denied')).length, 1);
  });

  it('is degraded while the last good secret is served', async () => {
    const bench = new Bench();
    await bench.approve();
    bench.answer = async () => Promise.resolve(bench.served(1, sealed));
    await bench.connection.connect();
    assert.equal(bench.connection.state.kind, 'degraded');
    assert.equal(bench.credential?.kind, 'ready');
  });

  it('logs each program that was denied, once, and lets no other hide that a wrong token was tried', async () => {
    const bench = new Bench();
    await bench.approve();
    await bench.connection.connect();
    const deny = (reason: 'no-token' | 'wrong-token', count: number, detail: string): void =>
      bench.worker.listener.onMessage({ type: 'denied', reason, count, detail });
    deny('no-token', 1, '');
    assert.equal(bench.connection.status.lastDenial, 'no session token (proxy.noToken)');
    deny('wrong-token', 3, 'from python3 (process 4711)');
    const tried = 'wrong session token, from python3 (process 4711) (3 times) (proxy.wrongToken)';
    assert.equal(bench.connection.status.lastDenial, tried);
    deny('no-token', 1, '');
    assert.equal(bench.connection.status.lastDenial, tried);
    deny('wrong-token', 1, 'from node (process 12)');
    assert.equal(
      bench.connection.status.lastDenial,
      'wrong session token, from node (process 12) (proxy.wrongToken)',
    );
    const lines = bench.log.filter((line) => line.startsWith('A request was denied'));
    assert.equal(lines.length, 3);
    assert.ok(lines[1]?.endsWith(`${tried}.`));
  });

  it('fetches again when the tracking server rejects the credential', async () => {
    const bench = new Bench();
    await bench.approve();
    await bench.connection.connect();
    bench.answer = async () => Promise.resolve(bench.served(2));
    bench.worker.listener.onMessage({
      type: 'credentialNeeded',
      reason: 'rejected',
      version: 1,
      wasAccepted: true,
    });
    await bench.until(() => bench.credential?.kind === 'ready' && bench.credential.version === 2);
  });

  it('puts everything back on disconnecting, even while a sign-in hangs', async () => {
    const bench = new Bench();
    await bench.approve();
    bench.answer = async () =>
      new Promise((_resolve, reject) => {
        const poll = (): unknown =>
          bench.closings.length > 0 ? reject(new Error('closed')) : setImmediate(poll);
        poll();
      });
    const connecting = bench.connection.connect();
    await bench.until(() => bench.connection.state.kind === 'connecting' && bench.opened === 1);
    await bench.connection.disconnect({ revoke: true });
    await connecting;
    assert.equal(bench.connection.state.kind, 'disconnected');
    assert.equal(bench.environmentCleared, 1);
    assert.equal(bench.token, 2);
    assert.ok(bench.worker.closed);
    assert.equal(bench.autoConnect, false);
    assert.deepEqual(bench.closings, [true]);
  });

  it('ends the workspace’s process for all windows with the session token, also where this one never had it', async () => {
    for (const revoke of [true, false]) {
      const bench = new Bench();
      await bench.connection.disconnect({ revoke });
      assert.deepEqual(bench.keptEnds, [{ forAll: revoke }]);
    }
  });

  for (const call of hangingCalls) {
    it(`is disconnected at once, and stays so, while ${call} hangs`, async () => {
      const bench = new Bench();
      await bench.approve();
      const isOfEnd = call.startsWith('close') || call === 'endKept';
      if (!isOfEnd) bench.hanging.add(call);
      const connecting = bench.connection.connect();
      if (isOfEnd) {
        await connecting;
        bench.hanging.add(call);
      } else {
        await settle();
      }
      const disconnecting = bench.connection.disconnect({ revoke: false });
      assert.equal(bench.connection.state.kind, 'disconnected');
      const { length } = bench.endpoints;
      const startedAt = performance.now();
      const ending = await disconnecting;
      assert.ok(performance.now() - startedAt < 10_000);
      assert.equal(ending.kind, isOfEnd ? 'underWay' : 'ended');
      await connecting;
      await settle();
      assert.equal(bench.connection.state.kind, 'disconnected');
      assert.equal(bench.endpoints.length, length);
      assert.ok(bench.workers.every(({ closed }) => closed));
    });
  }

  it('gives a secret back that is opened after the end', async () => {
    const bench = new Bench();
    await bench.approve();
    let open = (): void => undefined;
    bench.opening = new Promise((resolve) => (open = resolve));
    const connecting = bench.connection.connect();
    await bench.until(() => bench.opened === 1);
    await bench.connection.disconnect({ revoke: false });
    await connecting;
    open();
    await bench.until(() => bench.closings.length > 0);
    assert.deepEqual(bench.closings, [true]);
  });

  for (const call of ['closeSecret', 'endKept'] as const) {
    it(`deletes, stops and revokes everything else where ${call} fails`, async () => {
      const bench = new Bench();
      await bench.approve();
      await bench.connection.connect();
      bench.failing.add(call);
      const ending = await bench.connection.disconnect({ revoke: true });
      assert.deepEqual(ending, { kind: 'partly', undone: ['other'] });
      assert.equal(bench.connection.state.kind, 'disconnected');
      assert.equal(bench.history.at(-1), 'disconnected');
      assert.equal(bench.keptEnds.length, 1);
      assert.equal(bench.token, 2);
      assert.ok(bench.workers.every(({ closed }) => closed));
      assert.ok(bench.log.some((line) => line.includes('An unexpected error occurred')));
    });
  }

  it('says that it ended, and each thing that is left once', async () => {
    for (const revoke of [true, false]) {
      const bench = new Bench();
      await bench.approve();
      await bench.connection.connect();
      assert.deepEqual(await bench.connection.disconnect({ revoke }), { kind: 'ended' });
      bench.undone = ['record', 'signIn', 'record'];
      const ending = await bench.connection.disconnect({ revoke });
      assert.deepEqual(ending, { kind: 'partly', undone: ['record', 'signIn'] });
      assert.equal(bench.connection.state.kind, 'disconnected');
    }
  });

  it('says what came of an end that took longer, and stays disconnected', async () => {
    const bench = new Bench();
    await bench.approve();
    await bench.connection.connect();
    const closing = Promise.withResolvers<undefined>();
    bench.closing = closing.promise;
    bench.undone = ['signIn'];
    const ending = await bench.connection.disconnect({ revoke: true });
    assert.ok(ending.kind === 'underWay');
    assert.equal(bench.connection.state.kind, 'disconnected');
    closing.reject(new Error('scripted'));
    assert.deepEqual(await ending.outcome, { kind: 'partly', undone: ['other', 'signIn'] });
    assert.equal(bench.connection.state.kind, 'disconnected');
    assert.equal(bench.token, 2);
  });

  it('deletes what is kept in a folder that is no longer trusted, also where the secret cannot be given back', async () => {
    const bench = new Bench();
    await bench.approve();
    await bench.connection.connect();
    bench.failing.add('closeSecret');
    bench.trusted = false;
    await bench.connection.reconsider();
    assert.equal(bench.keptEnds.length, 1);
    assert.ok(bench.worker.closed);
  });

  it('can be made again after an end while all hung', async () => {
    const bench = new Bench();
    await bench.approve();
    bench.hanging.add('upstreamFor');
    const connecting = bench.connection.connect();
    await bench.until(() => bench.endpoints.length === 1);
    await bench.connection.disconnect({ revoke: true });
    await connecting;
    bench.hanging.clear();
    await bench.connection.connect();
    assert.equal(bench.connection.state.kind, 'connected');
    assert.equal(bench.token, 2);
  });
});
