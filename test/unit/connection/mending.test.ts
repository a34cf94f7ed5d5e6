import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isFoundByAsking } from '../../../src/mending.ts';
import type { Mend } from '../../../src/mending.ts';
import { mendsOf, problemCodes } from '../../../src/problem-catalogue.ts';
import type { ProblemCode } from '../../../src/problem.ts';
import { Bench } from './bench.ts';
import { CredentialBench, problemWith } from './credential-bench.ts';

/** Of the port, which is one for all that is sent. */
const ofThePort = /^proxy\.(?:portTaken|listen|lost)$/;
/**
 * What the tracking server and requests of Python meet, and what the proxy says of a credential that it waits for, is in
 * tests of its own: `server-mending.test.ts`; of the proxy `denied-then-let-in.test.ts` and `trouble-then-over.test.ts`.
 */
const ofTheProxy = /^(?:proxy|upstream)\.|^secret\.(?:timeout|refreshTimeout|changed|unusable)$/;
/** Found before a connection is made. */
const beforeConnecting = /^settings\.|^vault\.caFile$/;

const retries = ['automatic', 'afterFix', 'purge'] as const;

const fetched = problemCodes.filter((code) => !ofTheProxy.test(code) && !beforeConnecting.test(code));

describe('What mends a problem', () => {
  for (const code of fetched) {
    for (const mend of mendsOf(code)) it(`${code}: ${mend}`, async () => proofs[mend](code));
    if (!isFoundByAsking(mendsOf(code))) {
      it(`${code}: is not asked for again and again`, async () => isLeftAlone(code));
    }
  }

  for (const code of problemCodes.filter((one) => beforeConnecting.test(one))) {
    it(`${code}: connecting again`, async () => connectingMends(code, noticed));
  }

  for (const code of problemCodes.filter((one) => ofThePort.test(one))) {
    it(`${code}: connecting again`, async () => connectingMends(code, noticed));
  }
});

const proofs: Readonly<Record<Mend, (code: ProblemCode) => Promise<void>>> = {
  waiting: nextRequestFindsIt,
  network: nextRequestFindsIt,
  server: nextRequestFindsIt,
  store: nextRequestFindsIt,
  machine: nextRequestFindsIt,
  credentialElsewhere: async (code) => {
    await nextRequestFindsIt(code);
    await aWrittenFileIsFound(code);
  },
  signIn: aPersonMends,
  settings: async (code) => connectingMends(code, changedSetting),
  enterCredential: async (code) => connectingMends(code, enteredCredential),
  restart: async (code) => connectingMends(code, newWindow),
  window: async (code) => connectingMends(code, newWindow),
  client: async () => Promise.reject(new Error('the secret store knows no client')),
};

/** Also when somebody only looks at the window. */
async function nextRequestFindsIt(code: ProblemCode): Promise<void> {
  for (const retry of retries) {
    for (const look of ['request', 'focus'] as const) {
      const bench = new CredentialBench();
      bench.outcome = problemWith(code, retry);
      await bench.feed.start({ isAttended: false });
      assert.notEqual(await bench.request(), 'ready');
      bench.outcome = 'canary-mended';
      if (look === 'focus') await bench.feed.lookAgain();
      else await bench.clock.advance(2000);
      assert.equal(await bench.request(), 'ready');
      await bench.feed.close({ revoke: false });
    }
  }
}

async function aWrittenFileIsFound(code: ProblemCode): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'sign-in-'));
  const bench = new CredentialBench([join(folder, '*.json')]);
  try {
    bench.outcome = problemWith(code);
    await bench.feed.start({ isAttended: false });
    bench.outcome = 'canary-mended';
    await bench.untilReady(join(folder, 'token.json'));
  } finally {
    await bench.feed.close({ revoke: false });
    await rm(folder, { recursive: true });
  }
}

async function aPersonMends(code: ProblemCode): Promise<void> {
  const bench = new CredentialBench();
  bench.unattendedOutcome = problemWith(code);
  await bench.feed.start({ isAttended: false });
  assert.notEqual(await bench.request(), 'ready');
  await bench.feed.refresh({ isAttended: true });
  assert.equal(await bench.request(), 'ready');
  assert.equal(bench.attendedFetches, 1);
  await bench.feed.close({ revoke: false });
}

type Again = (bench: Bench) => Promise<void>;

const changedSetting: Again = async (bench) => {
  bench.configuration = { ...bench.configuration, signInGraceMinutes: 11 };
  await bench.connection.reconsider();
};

const enteredCredential: Again = async ({ connection }) => connection.reconnect();

const newWindow: Again = async ({ connection }) => {
  await connection.shutDown();
  await connection.reconsider();
};

const noticed: Again = async ({ connection }) => connection.reconsider();

/** A changed setting, an entered credential and a new window each make the connection anew. */
async function connectingMends(code: ProblemCode, again: Again): Promise<void> {
  const bench = new Bench();
  await bench.approve();
  if (again === noticed) bench.openFailure = problemWith(code);
  const { answer } = bench;
  bench.answer = async () => Promise.reject(problemWith(code));
  await bench.connection.reconsider();
  assert.equal(bench.connection.state.kind, 'failed');
  bench.openFailure = undefined;
  bench.answer = answer;
  await again(bench);
  assert.equal(bench.connection.state.kind, 'connected');
  await bench.connection.disconnect({ revoke: false });
}

/** A wrong password that is tried with every request locks the account. */
async function isLeftAlone(code: ProblemCode): Promise<void> {
  const bench = new CredentialBench();
  bench.outcome = problemWith(code);
  await bench.feed.start({ isAttended: false });
  for (let minute = 0; minute < 60; minute += 1) {
    await bench.clock.advance(60_000);
    assert.notEqual(await bench.request(), 'ready');
    await bench.feed.lookAgain();
  }
  assert.equal(bench.fetches, 1);
  await bench.feed.close({ revoke: false });
}
