import assert from 'node:assert/strict';
import { readdir, readFile, readlink, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ControlPlace } from '../../../src/connection/control-place.ts';
import { AttachedWindow, newPlace, untilGone } from '../../support/proxy-process/attached-window.ts';
import { runFolder } from '../../support/servers/run-folder.ts';
import { ScopedEnvironment } from '../../support/scoped-environment.ts';
import { connectingTo, statusAt } from './attached-proxy.ts';
import { RecordingUpstream } from './recording-upstream.ts';

/** What the system lets others see of it, or do to it. */
describe('The process of the proxy, from outside,', () => {
  let place: ControlPlace;
  let upstream: RecordingUpstream;
  let window: AttachedWindow | undefined;

  beforeEach(async () => {
    place = await newPlace();
    upstream = await RecordingUpstream.start();
  });

  afterEach(async () => {
    await window?.end();
    await upstream.stop();
  });

  async function open(): Promise<AttachedWindow> {
    window = await AttachedWindow.open(place);
    return window;
  }

  it('has no secret in its arguments, its environment and its files, dumps no core and lets no debugger in', async function () {
    if (process.platform !== 'linux') this.skip();
    const opened = await open();
    opened.post(...connectingTo(upstream));
    assert.equal(await statusAt(opened), 200);
    const of = async (name: string): Promise<string> => readFile(`/proc/${opened.pid}/${name}`, 'latin1');
    const seen = [await of('cmdline'), await of('environ')].join('\n');
    assert.doesNotMatch(seen, /canary/);
    assert.ok(!seen.includes(place.key.toString('base64url')));
    assert.match(await of('cmdline'), new RegExp(`^mlflow-secrets-auth proxy ${opened.port}`));
    assert.match(await of('limits'), /Max core file size +0 +0 /);
    // A dump that goes to a program has no limit of size, and then no memory in it.
    assert.match(await of('coredump_filter'), /^0+\n$/);
    assert.deepEqual(await readdir(dirname(place.path)), [place.path.slice(dirname(place.path).length + 1)]);
    process.kill(opened.pid, 'SIGUSR1');
    await sleep(300);
    await assert.rejects(fetch('http://127.0.0.1:9229/json/list'), 'nobody listens for a debugger');
    assert.equal(await statusAt(opened), 200);
  });

  it('leaves no core dump where it ends by a fault in memory', async function () {
    if (process.platform !== 'linux') this.skip();
    const opened = await open();
    opened.post(...connectingTo(upstream));
    assert.equal(await statusAt(opened), 200);
    const pattern = (await readFile('/proc/sys/kernel/core_pattern', 'utf8')).trim();
    const folder = resolve(await readlink(`/proc/${opened.pid}/cwd`), dirname(pattern));
    // One that goes to a program has no memory in it, as the filter above says.
    const files = async (): Promise<readonly string[]> => (pattern.startsWith('|') ? [] : readdir(folder));
    const before = new Set(await files());
    process.kill(opened.pid, 'SIGSEGV');
    await untilGone(opened.pid);
    const dumps = (await files()).filter((name) => !before.has(name) && name.includes('core'));
    assert.deepEqual(dumps, []);
  });

  it('lets no debugger in where Node.js knows no option for that, and is not ended by who tries', async function () {
    if (process.platform === 'win32') this.skip();
    const flag = '--disable-sigusr1';
    const { allowedNodeEnvironmentFlags } = process;
    const known = new Set(allowedNodeEnvironmentFlags);
    known.delete(flag);
    Object.defineProperty(process, 'allowedNodeEnvironmentFlags', { value: known, configurable: true });
    const opened = await open().finally(() =>
      Object.defineProperty(process, 'allowedNodeEnvironmentFlags', { value: allowedNodeEnvironmentFlags }),
    );
    process.kill(opened.pid, 'SIGUSR1');
    await sleep(300);
    await assert.rejects(fetch('http://127.0.0.1:9229/json/list'), 'nobody listens for a debugger');
    opened.post(...connectingTo(upstream));
    assert.equal(await statusAt(opened), 200);
  });

  it('has nothing of the environment that changes what a program of Node.js runs or trusts', async function () {
    if (process.platform !== 'linux') this.skip();
    const environment = new ScopedEnvironment(/^$/);
    const hostile = await runFolder('hostile');
    const script = join(hostile, 'ran.cjs');
    await writeFile(script, `require('node:fs').writeFileSync(${JSON.stringify(join(hostile, 'ran'))}, '')`);
    environment.set({
      NODE_OPTIONS: `--require ${script} --inspect=0`,
      NODE_EXTRA_CA_CERTS: script,
      NODE_TLS_REJECT_UNAUTHORIZED: '0',
      NODE_V8_COVERAGE: hostile,
      LD_PRELOAD: join(hostile, 'not-there.so'),
      BASH_ENV: script,
      ENV: script,
      SSLKEYLOGFILE: join(hostile, 'keys'),
      OPENSSL_CONF: script,
      MLFLOW_TRACKING_TOKEN: 'canary-of-the-environment',
    });
    const opened = await open().finally(() => environment.restore());
    const environ = await readFile(`/proc/${opened.pid}/environ`, 'latin1');
    const names = environ.split('\0').map((line) => line.split('=', 1)[0] ?? '');
    const few = ['', 'ELECTRON_RUN_AS_NODE', 'LD_LIBRARY_PATH', 'OLDPWD', 'PWD', 'SHLVL', 'TMPDIR', '_'];
    assert.deepEqual(
      names.filter((name) => !few.includes(name)),
      [],
    );
    assert.deepEqual(await readdir(hostile), ['ran.cjs']);
  });
});
