import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tls from 'node:tls';
import { SystemCertificates } from '../../../src/network/system-certificates.ts';
import { Changes } from '../../support/changes.ts';

const realWorker = fileURLToPath(new URL('../../../src/network/certificate-worker.ts', import.meta.url));

describe('The certificates of the system', () => {
  let folder = '';
  const changes = new Changes();
  let changed = 0;
  let log: string[] = [];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'system-certificates-'));
  });
  beforeEach(() => {
    changed = 0;
    log = [];
  });
  after(async () => rm(folder, { recursive: true }));

  function read(workerFile: string, maxWaitMs = 60_000): SystemCertificates {
    return new SystemCertificates({ workerFile, maxWaitMs, log: (line) => log.push(line) }, () => {
      changed += 1;
      changes.notify();
    });
  }

  /** A system whose answer blocks its thread until the byte is set. */
  async function slowSystem(): Promise<{ readonly file: string; readonly answer: () => void }> {
    const gate = new Int32Array(new SharedArrayBuffer(4));
    const file = join(folder, 'slow.cjs');
    await writeFile(
      file,
      `const { parentPort, getEnvironmentData } = require('node:worker_threads');
       Atomics.wait(getEnvironmentData('gate'), 0, 0);
       parentPort.postMessage(['PEM']);`,
    );
    const { setEnvironmentData } = await import('node:worker_threads');
    setEnvironmentData('gate', gate);
    return {
      file,
      answer: () => {
        Atomics.store(gate, 0, 1);
        Atomics.notify(gate, 0);
      },
    };
  }

  it('are those that Node finds', async () => {
    assert.deepEqual(await read(realWorker).within(60_000), tls.getCACertificates('system'));
  });

  it('are read once, without holding up this thread, and everybody is told when they are known', async () => {
    const { file, answer } = await slowSystem();
    const certificates = read(file);
    assert.equal(certificates.known, undefined);
    assert.deepEqual(await certificates.within(1), []);
    assert.deepEqual([certificates.known, changed], [undefined, 0]);
    const both = Promise.all([certificates.within(60_000), certificates.within(60_000)]);
    answer();
    assert.deepEqual(await both, [['PEM'], ['PEM']]);
    assert.deepEqual([certificates.known, changed], [['PEM'], 1]);
  });

  it('are done without when they do not come in time, and used when they come after all', async () => {
    const { file, answer } = await slowSystem();
    const certificates = read(file, 1);
    assert.deepEqual(await certificates.within(60_000), []);
    assert.deepEqual([certificates.known, changed], [[], 1]);
    answer();
    await changes.until(() => changed === 2 || undefined, 'the certificates');
    assert.deepEqual(certificates.known, ['PEM']);
  });

  it('are none where they cannot be read, which is logged', async () => {
    const broken = join(folder, 'broken.cjs');
    await writeFile(broken, 'throw new Error("no keychain");');
    assert.deepEqual(await read(broken).within(60_000), []);
    assert.deepEqual(log, ['Error: no keychain']);
  });
});
