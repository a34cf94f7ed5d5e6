import assert from 'node:assert/strict';
import { chmod, chown, readdir, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { controlPlace } from '../../../src/connection/control-place.ts';
import type { ControlPlace } from '../../../src/connection/control-place.ts';
import { endLeftProxy } from '../../../src/connection/end-left-proxy.ts';
import type { ToWorker } from '../../../src/proxy/messages.ts';
import {
  AttachedWindow,
  isRunning,
  newPlace,
  processAt,
  processFile,
  untilGone,
} from '../../support/proxy-process/attached-window.ts';
import { runFolder } from '../../support/servers/run-folder.ts';
import { until } from '../../support/until.ts';
import { FramedSocket } from '../../../src/proxy/control/framed-socket.ts';
import { greetWindow, newHello } from '../../../src/proxy/control/handshake.ts';
import { connectingTo, statusAt } from './attached-proxy.ts';
import { RawClient } from './raw-client.ts';
import { RecordingUpstream } from './recording-upstream.ts';
import { sessionToken, upstreamSecret } from './test-proxy.ts';

describe('The process of the proxy', () => {
  let place: ControlPlace;
  let upstream: RecordingUpstream;
  const windows: AttachedWindow[] = [];
  const stops: (() => void)[] = [];

  beforeEach(async () => {
    place = await newPlace();
    upstream = await RecordingUpstream.start();
  });

  afterEach(async () => {
    for (const stop of stops.splice(0)) stop();
    for (const window of windows.splice(0)) await window.end();
    await upstream.stop();
  });

  async function open(options: { readonly aloneMs?: number } = {}): Promise<AttachedWindow> {
    const window = await AttachedWindow.open(place, options);
    windows.push(window);
    return window;
  }

  const connecting = (version = 1): readonly ToWorker[] => connectingTo(upstream, version);

  it('serves while no window is there, with no request refused, until another one attaches', async () => {
    const first = await open();
    first.post(...connecting());
    assert.equal(await statusAt(first), 200);
    const statuses: number[] = [];
    const over = new AbortController();
    const client = (async () => {
      while (!over.signal.aborted) statuses.push(await statusAt(first));
    })();
    await first.proxy.leave();
    const before = statuses.length;
    await until(
      () => statuses.length > before + 20,
      () => `${statuses.length} responses`,
    );
    const second = await open();
    second.post(...connecting());
    over.abort();
    await client;
    assert.deepEqual([second.pid, second.port], [first.pid, first.port]);
    assert.deepEqual([...new Set(statuses)], [200]);
    const field = `Authorization: Bearer ${upstreamSecret}`;
    assert.ok(upstream.requests.every(({ fields }) => fields.includes(field)));
  });

  it('takes a window that is gone without a word for one that left, and ends after the last one', async () => {
    const window = await open({ aloneMs: 300 });
    // As a killed extension host does.
    process.kill(window.pid, 0);
    await window.proxy.leave();
    await untilGone(window.pid);
    assert.deepEqual(await readdir(dirname(place.path)), [], 'its socket is gone, too');
  });

  it('ends in seconds where nobody attaches to it, and where it is told nothing', async () => {
    const never = new AttachedWindow(place, { aloneMs: 100 });
    windows.push(never);
    await never.listen();
    await never.proxy.leave();
    await untilGone(never.pid);
  });

  it('ends with the last window that disconnects, or for all windows', async () => {
    const [first, second] = [await open(), await open()];
    assert.equal(second.pid, first.pid);
    await first.proxy.close();
    assert.ok(isRunning(second.pid));
    assert.equal(await processAt(second.port), second.pid);
    const third = await open();
    await third.proxy.close({ forAll: true });
    await second.until(() => second.ends[0]);
    assert.deepEqual([first.ends, second.ends, third.ends], [[], ['ended'], []]);
    await untilGone(second.pid);
  });

  it('is ended by a window that does not attach to it, unless another one has', async () => {
    const window = await open({ aloneMs: 60_000 });
    const options = { file: processFile, aloneMs: 1000, place: async () => Promise.resolve(place) };
    await endLeftProxy(options, { forAll: false });
    assert.equal(await processAt(window.port), window.pid);
    await window.proxy.leave();
    await endLeftProxy(options, { forAll: false });
    await untilGone(window.pid);
    await endLeftProxy(options, { forAll: false });
  });

  it('is ended for all by a window that does not attach to it', async () => {
    const window = await open();
    const options = { file: processFile, aloneMs: 1000, place: async () => Promise.resolve(place) };
    await endLeftProxy(options, { forAll: true });
    await untilGone(window.pid);
    assert.deepEqual(window.ends, ['ended']);
  });

  it('is one for all windows that open at once, however many, also at a port that is remembered', async function () {
    this.timeout(240_000);
    const free = await open();
    const { port } = free;
    await free.end();
    for (const [count, races] of [
      [2, 6],
      [5, 4],
    ] as const) {
      for (let race = 0; race < races; race += 1) {
        const racing = Array.from({ length: count }, () => new AttachedWindow(place));
        windows.push(...racing);
        await Promise.all(racing.map(async (window) => window.listen(port)));
        assert.deepEqual(new Set(racing.map((window) => window.pid)).size, 1);
        assert.ok(racing.every((window) => window.port === port && window.ends.length === 0));
        await racing[0]?.end();
        for (const window of racing) await untilGone(window.pid);
      }
    }
  });

  it('is started anew by all of its windows when it dies, and is one again', async () => {
    const [first, second] = [await open(), await open()];
    process.kill(first.pid, 'SIGKILL');
    for (const window of [first, second]) await window.until(() => window.ends[0]);
    const again = [new AttachedWindow(place), new AttachedWindow(place)];
    windows.push(...again);
    await Promise.all(again.map(async (window) => window.listen(first.port)));
    assert.equal(again[0]?.pid, again[1]?.pid);
    assert.notEqual(again[0]?.pid, first.pid);
  });

  it('can be attached to after its socket was deleted', async () => {
    const first = await open();
    await rm(place.path);
    await until(
      async () => (await stat(place.path).catch(() => undefined)) !== undefined,
      () => 'the socket is not there',
    );
    assert.equal((await open()).pid, first.pid);
  });

  describe('where strangers are', () => {
    /** Listens at the control path, and keeps all that it is told. */
    async function squat(): Promise<{ heard: () => string; stop: () => void }> {
      const chunks: Buffer[] = [];
      const server = createServer((socket) => {
        socket.on('data', (bytes: Buffer) => chunks.push(bytes)).on('error', () => undefined);
        socket.write('{"type":"hello","protocol":1,"bundle":"x","nonce":"x","proof":"x"}\n');
      }).listen(place.path);
      await once(server, 'listening');
      return { heard: () => Buffer.concat(chunks).toString(), stop: () => server.close() };
    }

    it('is told nothing but a greeting by who has its socket, and is not started', async () => {
      const squatter = await squat();
      const window = new AttachedWindow(place);
      window.post(...connecting(), { type: 'listen', port: 0, sessionToken });
      const end = await window.until(() => window.ends[0]);
      assert.match(end, /^unable: /);
      await until(
        () => squatter.heard().endsWith('\n'),
        () => 'no greeting',
      );
      const frames = squatter.heard().trim().split('\n');
      assert.equal(frames.length, 1);
      assert.deepEqual(Object.keys(JSON.parse(frames[0] ?? '') as object).toSorted(), [
        'bundle',
        'nonce',
        'protocol',
        'type',
      ]);
      squatter.stop();
    });

    it('gives no window in with another key, and tells it nothing', async () => {
      const window = await open();
      window.post(...connecting());
      const thief = new AttachedWindow({ ...place, key: Buffer.from(sessionToken) });
      thief.post({ type: 'listen', port: 0, sessionToken });
      assert.match(await thief.until(() => thief.ends[0]), /^unable: /);
      assert.deepEqual(thief.messages, []);
      assert.equal(await statusAt(window), 200);
    });

    /** Listens in the place of the process, and hands everything on: after `replace`, to it. */
    async function standBetween(
      replace: (toProcess: string) => string = (text) => text,
    ): Promise<() => string> {
      const aside = `${place.path}.aside`;
      await rename(place.path, aside);
      const heard: string[] = [];
      const server = createServer((window) => {
        const onward = connect(aside);
        stops.push(() => onward.destroy());
        window.on('data', (bytes: Buffer) => {
          heard.push(bytes.toString('latin1'));
          onward.write(replace(bytes.toString('latin1')), 'latin1');
        });
        onward.on('data', (bytes: Buffer) => {
          heard.push(bytes.toString('latin1'));
          window.write(bytes);
        });
        window.on('close', () => onward.destroy()).on('error', () => undefined);
        onward.on('close', () => window.destroy()).on('error', () => undefined);
      }).listen(place.path);
      await once(server, 'listening');
      stops.push(() => server.close());
      return () => heard.join('');
    }

    it('shows neither the credential nor the token to who stands between, and hands everything on', async () => {
      await open();
      const heard = await standBetween();
      const window = await open();
      window.post(...connecting());
      assert.equal(await statusAt(window), 200);
      assert.match(heard(), /"type":"hello"[^]*"type":"proof"/);
      for (const secret of [upstreamSecret, sessionToken, upstream.origin, 'listening']) {
        assert.ok(!heard().includes(secret), secret);
        assert.ok(!heard().includes(Buffer.from(secret).toString('base64').slice(1, -3)), secret);
      }
    });

    it('obeys nobody who stands between, neither by words of his own nor by those of a window once more', async () => {
      const first = await open();
      const end = '{"type":"end","forAll":true}\n';
      const attacks = [
        (text: string) => (text.includes('"type":"proof"') ? text + end : text),
        (text: string) => (text.includes('"type":"') ? text : text + end),
        (text: string) => (text.includes('"type":"') ? text : text + text),
      ];
      for (const attack of attacks) {
        await standBetween(attack);
        const window = new AttachedWindow(place);
        window.post(...connecting(), { type: 'listen', port: 0, sessionToken });
        await window.until(() => window.ends[0]);
        window.proxy.post({ type: 'close' });
        assert.ok(isRunning(first.pid));
        assert.deepEqual(first.ends, []);
        for (const stop of stops.splice(0)) stop();
        await rename(`${place.path}.aside`, place.path);
      }
      assert.equal((await open()).pid, first.pid);
    });

    it('is not held up by those who connect to its socket and say nothing', async () => {
      const first = await open();
      const idle = Array.from({ length: 100 }, () => connect(place.path).on('error', () => undefined));
      await until(
        () => idle.some((socket) => socket.closed),
        () => 'all are held',
      );
      for (const socket of idle) socket.destroy();
      assert.equal((await open()).pid, first.pid);
    });

    it('is started where the one before ends while a window greets it, or is silent for a while', async () => {
      for (const isSilent of [false, true]) {
        const ending = createServer((socket) => {
          socket.on('error', () => undefined).on('close', () => ending.close());
          if (isSilent) socket.resume();
          else socket.destroy();
        }).listen(place.path);
        await once(ending, 'listening');
        const window = await open();
        assert.deepEqual(window.ends, []);
        assert.ok(isRunning(window.pid));
        await window.end();
        await untilGone(window.pid);
      }
    });

    it('has its socket in a folder that only the user can enter, or in none', async () => {
      const window = await open();
      const { mode } = await stat(place.path);
      assert.equal(mode & 0o777, 0o600);
      assert.equal((await stat(dirname(place.path))).mode & 0o777, 0o700);
      assert.ok(isRunning(window.pid));
      const others = await runFolder('others');
      await chmod(others, 0o755);
      const link = join(await runFolder('link'), 'link');
      await symlink(others, link);
      const options = { key: 'canary-key', workspaceId: 'w' };
      const beside = await controlPlace({ folder: link, ...options });
      assert.ok(beside !== undefined && !beside.path.startsWith(link), 'not through a link');
      assert.equal((await stat(others)).mode & 0o777, 0o755, 'what a link leads to is left alone');
      if (process.getuid?.() === 0) {
        const theirs = await runFolder('theirs');
        await chown(theirs, 54_321, 54_321);
        assert.ok(
          !(await controlPlace({ folder: theirs, ...options }))?.path.startsWith(theirs),
          'not theirs',
        );
      }
      const file = join(await runFolder('file'), 'file');
      await writeFile(file, '');
      await chmod(file, 0o600);
      assert.ok(!(await controlPlace({ folder: file, ...options }))?.path.startsWith(file));
      const far = join(await runFolder('far'), 'x'.repeat(90));
      const near = await controlPlace({ folder: far, ...options });
      assert.ok(near !== undefined && near.path.length < 107 && !near.path.startsWith(far));
    });
  });

  describe('of another version', () => {
    /** Another build, which its digest tells. */
    async function otherFile(text: string): Promise<string> {
      const file = join(await runFolder('version'), 'main.mts');
      await writeFile(file, text);
      return file;
    }

    const newer = async (): Promise<string> => otherFile(`import ${JSON.stringify(processFile)};\n`);

    it('gives way to that of the window, and finishes what is under way', async () => {
      const old = await open();
      old.post(...connecting());
      let respond: () => void = () => undefined;
      upstream.answer = (_request, response) => (respond = () => response.end('late'));
      const request = fetch(`http://127.0.0.1:${old.port}/api/x`, {
        headers: { authorization: `Bearer ${sessionToken}` },
      });
      await until(
        () => upstream.requests.length === 1,
        () => 'no request',
      );
      await old.proxy.leave();
      const window = await AttachedWindow.open(place, { file: await newer() });
      windows.push(window);
      assert.equal(window.port, old.port);
      assert.notEqual(window.pid, old.pid);
      assert.ok(isRunning(old.pid));
      respond();
      const response = await request;
      assert.equal(await response.text(), 'late');
      assert.equal(response.headers.get('connection'), 'close');
      await untilGone(old.pid);
      upstream.answer = (_request, response) => response.end('ok');
      window.post(...connecting());
      assert.equal(await statusAt(window), 200);
    });

    it('ends the connections by which clients know who listens, before the port is free', async () => {
      const old = await open();
      const client = await RawClient.connect(old.port);
      const nonce = 'n'.repeat(32);
      client.write(
        `GET /.mlflow-secrets-auth/proof?nonce=${nonce} HTTP/1.1\r\nHost: 127.0.0.1:${old.port}\r\n\r\n`,
      );
      await client.has((text) => text.startsWith('HTTP/1.1 200 '), 'a proof');
      await old.proxy.leave();
      windows.push(await AttachedWindow.open(place, { file: await newer() }));
      await client.ended();
    });

    it('is told no credential, where other windows keep it, if it speaks another protocol', async () => {
      const heard: string[] = [];
      const other = createServer((socket) => {
        const framed = new FramedSocket(socket);
        void greetWindow(framed, place.key, { ...newHello('older'), protocol: 1000 }).then(() => {
          framed.listen(
            ({ type }) => {
              heard.push(type);
              framed.send({ type: 'kept' });
            },
            () => other.close(),
          );
        });
      }).listen(place.path);
      await once(other, 'listening');
      const window = new AttachedWindow(place);
      window.post(...connecting(), { type: 'listen', port: 0, sessionToken });
      assert.match(await window.until(() => window.ends[0]), /^unable: /);
      await once(other, 'close');
      assert.deepEqual(heard, ['replace']);
    });

    it('is started where the one before ends while it is asked to give way', async () => {
      const ending = createServer((socket) => {
        const framed = new FramedSocket(socket);
        void greetWindow(framed, place.key, newHello('older')).then(async () => {
          await framed.next();
          framed.destroy();
          ending.close();
        });
      }).listen(place.path);
      await once(ending, 'listening');
      const window = await open();
      assert.deepEqual(window.ends, []);
      assert.ok(isRunning(window.pid));
    });

    it('stays where the other one does not start, or another window uses it', async () => {
      const old = await open();
      old.post(...connecting());
      await old.proxy.leave();
      const broken = await otherFile('process.exit(3);\n');
      const window = await AttachedWindow.open(place, { file: broken });
      windows.push(window);
      assert.deepEqual([window.pid, window.port], [old.pid, old.port]);
      assert.equal(await statusAt(window), 200);
      const second = await AttachedWindow.open(place, { file: await newer() });
      windows.push(second);
      assert.equal(second.pid, old.pid);
    });
  });
});
