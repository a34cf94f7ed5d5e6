import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Approvals } from '../../../src/connection/approvals.ts';
import type { WorkspaceMemory } from '../../../src/connection/approvals.ts';
import { givenUpIn } from '../../../src/connection/given-up.ts';
import { LocalAddress } from '../../../src/connection/local-address.ts';
import { Problem } from '../../../src/problem.ts';
import { BoundRecordStorage } from '../../../src/secrets/secret-record.ts';
import { ForgottenNotices } from '../../../src/vscode/forgotten-notices.ts';
import { SecretStore } from '../../../src/vscode/secret-store.ts';
import { formatRecord, parseRecord } from '../../../src/vscode/stored-record.ts';
import { Sweeper } from '../../../src/vscode/sweeper.ts';
import { workspaceId } from '../../../src/vscode/workspace-id.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { MemoryStorage } from './memory-storage.ts';

const now = 1_000_000;
const subject = { scope: 'scope', about: 'https://mlflow.company.com' };
const times = { ttlMs: 300_000, maxStaleMs: 3_600_000 };
const destination = {
  ...{ trackingOrigin: subject.about, basePath: '', provider: 'stored' },
  ...{ headerName: 'Authorization', authMode: 'auto', caFile: '' },
};

const odd = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom<unknown>(null, [], {}, '', 'null', '{', -1, 1e308, 2 ** 53, '__proto__', [[]], [null]),
);

/** Something that is right but for one field, which is odd or missing. */
function almost(right: Readonly<Record<string, unknown>>): fc.Arbitrary<unknown> {
  return fc
    .tuple(fc.constantFrom(...Object.keys(right)), odd, fc.boolean())
    .map(([name, value, isMissing]) => {
      const rest = Object.entries(right).filter(([one]) => one !== name);
      return Object.fromEntries(isMissing ? rest : [...rest, [name, value]]);
    });
}

const record = {
  value: 'canary-value',
  about: subject.about,
  scope: subject.scope,
  since: now,
  until: now + 1000,
};
const signIn = { source: { provider: 'vault' }, text: '{}' };
const inner = fc.oneof(odd, almost(signIn)).map((value) => JSON.stringify(value));
/** Of any kind, at any place. */
const text = fc.oneof(
  fc.string(),
  odd.map((value) => JSON.stringify(value)),
  almost(record).map((value) => JSON.stringify(value)),
  inner.map((value) => formatRecord({ ...record, value })),
  odd.map((value) => formatRecord({ ...record, value: JSON.stringify(value), until: undefined })),
);
const keys = [
  ...['control/all', 'session/one', 'typed/scope/vault.token', 'fetched/one', 'signIn/one', 'signIn/other'],
  ...['fetched/other', 'control/', 'session', 'typed/', 'mlflow.token', ''],
];
const listed = fc.oneof(odd, fc.array(fc.oneof(fc.constantFrom(...keys), odd)));
const notice = { scope: subject.scope, at: now, by: 'window' };

/** What SecretStorage and the global state have. */
const storage = fc.record({
  values: fc.uniqueArray(fc.tuple(fc.constantFrom(...keys), text), { selector: ([key]) => key }),
  secretKeys: listed,
  endedSecretKeys: listed,
  forgottenScopes: fc.oneof(odd, fc.array(fc.oneof(odd, almost(notice)))),
});

const server = { destination, settings: { trackingUri: subject.about }, usedAt: now };
const workspace = fc.record({
  approvedServers: fc.oneof(
    odd,
    fc.array(
      fc.oneof(
        odd,
        almost(server),
        almost(destination).map((one) => ({ ...server, destination: one })),
      ),
    ),
  ),
  approvedDestination: fc.oneof(odd, almost(destination)),
  approvedSettings: odd,
  givenUp: fc.oneof(odd, almost({ fingerprint: 'f', message: 'm', remedy: 'r' })),
  proxyPort: odd,
  proxyHeldAt: odd,
  proxyChallenge: fc.oneof(odd, almost({ port: 40_001, nonce: 'nonce', proof: 'proof' })),
  id: odd,
});

function memoryOf(values: Readonly<Record<string, unknown>>): WorkspaceMemory {
  const all = new Map<string, unknown>(Object.entries(values));
  return {
    get: (key) => all.get(key),
    update: async (key, value) => Promise.resolve(void all.set(key, value)),
  };
}

async function unlessProblem<T>(work: Promise<T>): Promise<T | undefined> {
  return work.catch((error: unknown) => {
    if (!(error instanceof Problem)) throw error;
    return undefined;
  });
}

describe('What is stored in another shape than this version gives it', () => {
  it('keeps nothing in SecretStorage from being read, listed, forgotten and swept, and is no key of ours', async () => {
    await fc.assert(
      fc.asyncProperty(storage, async ({ values, ...index }) => {
        const memory = new MemoryStorage(new Map<string, unknown>(Object.entries(index)));
        for (const [key, value] of values) memory.values.set(key, value);
        const clock = new ManualClock(now);
        const records = memory.records(clock);
        const store = new SecretStore(records, 'one');
        const fetched = new BoundRecordStorage(store.cachedSecret(subject), 'destination', times);
        await unlessProblem(fetched.load());
        await unlessProblem(store.signIn(subject, { provider: 'vault' }).load());
        await unlessProblem(store.bootstrap(subject).get('vault.token'));
        for (const kept of await store.ownSignIns()) assert.equal(typeof kept.source.provider, 'string');
        assert.match(await store.sessionToken.get(), /^mlflow-vscode-[\w-]{43}$/);
        assert.match((await store.controlKey({ mayMake: true })) ?? '', /^[\w-]{43}$/);
        await store.list();
        for (const { storage: left } of await store.forget(subject.scope)) await left.delete();
        assert.equal(await store.bootstrap(subject).get('vault.token'), undefined);
        const sweeper = new Sweeper(
          records,
          clock,
          (line) => assert.fail(line),
          () => undefined,
        );
        await sweeper.sweep();
        sweeper.dispose();
        for (const [key, value] of memory.values) {
          const left = parseRecord(key, value, now);
          assert.ok(left !== undefined && left.scope !== subject.scope, key);
          // Of a record that says so of none, nobody would find out whose sign-in is to be forgotten.
          assert.equal(typeof left.scope, /^(?:control|session)\//.test(key) ? 'undefined' : 'string', key);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('is no approval, no port and no reason in the state of a workspace', async () => {
    await fc.assert(
      fc.asyncProperty(workspace, async (values) => {
        const memory = memoryOf(values);
        const approvals = new Approvals(memory, () => now);
        for (const one of approvals.servers)
          assert.deepEqual({ ...destination, ...one.destination }, one.destination);
        assert.equal(typeof workspaceId(memory, undefined), 'string');
        const { message = '' } = givenUpIn(memory).get() ?? {};
        assert.equal(typeof message, 'string');
        const address = new LocalAddress(memory, () => true);
        const { port = 1 } = address;
        assert.ok(Number.isInteger(port) && port > 0 && port < 65_536);
        assert.equal(typeof address.wasLeft(now), 'boolean');
        await address.remember({ port: 40_001, sessionToken: 'canary-token' });
        await approvals.approve(destination);
        assert.ok(approvals.isApproved(destination));
        await approvals.forget();
        assert.ok(!approvals.isApproved(destination));
      }),
      { numRuns: 300 },
    );
  });

  it('is no notice that a credential was forgotten, and none stays for ever', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(odd, almost(notice))), async (stored) => {
        const memory = memoryOf({ forgottenScopes: stored });
        await new ForgottenNotices(memory).post(subject.scope);
        const left = memory.get('forgottenScopes');
        assert.ok(Array.isArray(left));
        assert.equal(left.length, 1, JSON.stringify(left));
      }),
      { numRuns: 300 },
    );
  });
});
