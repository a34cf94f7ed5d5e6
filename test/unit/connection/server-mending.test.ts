import assert from 'node:assert/strict';
import type { ServerFinding } from '../../../src/connection/state.ts';
import type { upstreamProblems } from '../../../src/connection/upstream-problem-codes.ts';
import type { Mend } from '../../../src/mending.ts';
import { mendsOf, problemCodes } from '../../../src/problem-catalogue.ts';
import type { ProblemCode, ProblemRetry } from '../../../src/problem.ts';
import { ManualClock, settle } from '../../support/manual-clock.ts';
import { Bench } from './bench.ts';
import { problemWith } from './credential-bench.ts';

type UpstreamCode = `upstream.${keyof typeof upstreamProblems}`;

const second = 1000;

/** Found when a connection is made, rather than by what the server says. */
const beforeConnecting: ReadonlySet<ProblemCode> = new Set<UpstreamCode>([
  'upstream.caFile',
  'upstream.clientCertificateMissing',
  'upstream.clientCertificateUnreadable',
  'upstream.clientCertificateKeyMismatch',
  'upstream.clientCertificateKeyEncrypted',
]);

const retries: readonly ProblemRetry[] = ['automatic', 'afterFix'];

const isUpstreams = (code: ProblemCode): code is UpstreamCode => code.startsWith('upstream.');

/** As the connection has it. */
function found(code: UpstreamCode, retry: ProblemRetry): ServerFinding {
  const problem = problemWith(code, retry);
  switch (code) {
    case 'upstream.rejected':
    case 'upstream.wall':
      return { kind: 'rejected', problem, of: code === 'upstream.wall' ? 'anything' : 'password' };
    case 'upstream.noPermission':
      return { kind: 'accepted', server: { user: undefined, notice: problem } };
    default:
      return { kind: 'unavailable', problem };
  }
}

const accepted: ServerFinding = { kind: 'accepted', server: { user: undefined, notice: undefined } };

class Trouble extends Bench {
  override clock = new ManualClock(Date.now());

  /** A connection of which the server says this. */
  static async of(code: UpstreamCode, retry: ProblemRetry): Promise<Trouble> {
    const trouble = new Trouble();
    await trouble.approve();
    const finding = found(code, retry);
    trouble.server = async () => Promise.resolve(finding);
    await trouble.connection.connect();
    assert.equal(trouble.isOver, false);
    return trouble;
  }

  mend(): void {
    this.server = async () => Promise.resolve(accepted);
  }

  /** Connected, and nothing to be said of it. */
  get isOver(): boolean {
    const { state } = this.connection;
    return state.kind === 'connected' && state.server.notice === undefined;
  }

  async overWithin(seconds: number): Promise<void> {
    for (let passed = 0; passed < seconds && !this.isOver; passed += 1) await this.clock.advance(second);
    assert.ok(this.isOver, `not over after ${seconds} s: ${this.connection.state.kind}`);
    await this.connection.disconnect({ revoke: false });
  }
}

/** How long a person who does nothing waits at most; a rejected password is rarely tried, lest an account be locked. */
function patienceSeconds(code: UpstreamCode, retry: ProblemRetry): number {
  const finding = found(code, retry);
  if (finding.kind === 'rejected') return finding.of === 'password' ? 330 : 15;
  return finding.kind === 'unavailable' && retry === 'automatic' ? 15 : 70;
}

/** Somebody mends it elsewhere: the server is asked again, or Python's next request shows it. */
async function isFoundOut(code: UpstreamCode): Promise<void> {
  for (const retry of retries) {
    const asked = await Trouble.of(code, retry);
    asked.mend();
    await asked.overWithin(patienceSeconds(code, retry));
    if (code === 'upstream.noPermission') continue;
    const used = await Trouble.of(code, retry);
    used.mend();
    const version = used.credential?.kind === 'ready' ? used.credential.version : 0;
    used.worker.listener.onMessage({ type: 'credentialOutcome', version, outcome: 'accepted' });
    await settle();
    await used.overWithin(0);
  }
}

/** A connection that could not be made: somebody comes back to the window. */
async function isFoundWhenMade(code: UpstreamCode): Promise<void> {
  const trouble = new Trouble();
  await trouble.approve();
  const { trust } = trouble;
  trouble.trust = () => {
    throw problemWith(code);
  };
  await trouble.connection.connect();
  assert.equal(trouble.connection.state.kind, 'failed');
  trouble.trust = trust;
  await trouble.clock.advance(5 * second);
  await trouble.connection.lookAgain();
  await trouble.until(() => trouble.isOver);
  await trouble.connection.disconnect({ revoke: false });
}

/** The secret in the store is another one now, and somebody comes back to the window. */
async function newSecretIsTried(code: UpstreamCode): Promise<void> {
  const trouble = await Trouble.of(code, 'afterFix');
  trouble.mend();
  trouble.answer = async () => Promise.resolve(trouble.served(2));
  await trouble.connection.lookAgain();
  await settle();
  await trouble.overWithin(0);
}

/** After a change of settings, or by a command. */
async function connectingMends(code: UpstreamCode): Promise<void> {
  for (const act of ['settings', 'command'] as const) {
    const trouble = await Trouble.of(code, 'afterFix');
    trouble.mend();
    const { configuration } = trouble;
    const tracking = { ...configuration.tracking, basePath: '/mlflow' };
    if (act === 'settings') trouble.configuration = { ...configuration, tracking };
    await trouble.approve();
    await (act === 'settings' ? trouble.connection.reconsider() : trouble.connection.connect());
    await trouble.overWithin(0);
  }
}

const proofs: Readonly<Record<Mend, ((code: UpstreamCode) => Promise<void>) | undefined>> = {
  waiting: isFoundOut,
  network: isFoundOut,
  server: isFoundOut,
  machine: isFoundOut,
  store: newSecretIsTried,
  settings: connectingMends,
  enterCredential: connectingMends,
  signIn: connectingMends,
  restart: connectingMends,
  window: undefined,
  credentialElsewhere: undefined,
  client: undefined,
};

describe('What mends a problem with the tracking server', () => {
  for (const code of problemCodes.filter(isUpstreams)) {
    for (const mend of mendsOf(code)) it(`${code}: ${mend}`, async () => proofs[mend]?.(code));
    if (beforeConnecting.has(code)) it(`${code}: looked at again`, async () => isFoundWhenMade(code));
  }

  it('is something that this test can do', () => {
    const mends = problemCodes.filter(isUpstreams).flatMap((code) => mendsOf(code));
    assert.deepEqual(
      mends.filter((mend) => proofs[mend] === undefined),
      [],
    );
  });
});
