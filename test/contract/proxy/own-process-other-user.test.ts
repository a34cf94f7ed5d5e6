import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { allControlPlaces, controlPlace } from '../../../src/connection/control-place.ts';
import { firstLine } from '../../support/first-line.ts';
import { AttachedWindow, isRunning } from '../../support/proxy-process/attached-window.ts';
import { ScopedEnvironment } from '../../support/scoped-environment.ts';
import { connectingTo, statusAt } from './attached-proxy.ts';
import { RecordingUpstream } from './recording-upstream.ts';
import { sessionToken } from './test-proxy.ts';

const otherUser = 54_321;

/** What a program needs later is there by then: this user's folders are closed to the other. */
const become = `os.setgroups([]); os.setgid(${otherUser}); os.setuid(${otherUser})`;

/** Tries to get at a socket, its folder and the process that listens, and prints what it could do. */
const intruder = `
import os, signal, socket, sys
${become}
path, pid = sys.argv[1], int(sys.argv[2])
def connects():
    client = socket.socket(socket.AF_UNIX)
    client.connect(path)
def reads(name):
    with open(f"/proc/{pid}/{name}", "rb") as file:
        file.read(1)
attempts = {
    "sees where it is": lambda: os.stat(os.path.dirname(path)),
    "connects": connects,
    "lists": lambda: os.listdir(os.path.dirname(path)),
    "enters": lambda: os.stat(path),
    "replaces": lambda: os.rename(path, path + ".theirs"),
    "listens": lambda: socket.socket(socket.AF_UNIX).bind(path + ".theirs"),
    "opens": lambda: os.chmod(os.path.dirname(path), 0o777),
    "ends": lambda: os.kill(pid, signal.SIGHUP),
    "reads memory": lambda: reads("mem"),
    "reads variables": lambda: reads("environ"),
    "lists files": lambda: os.listdir(f"/proc/{pid}/fd"),
    "follows": lambda: os.readlink(f"/proc/{pid}/cwd"),
}
for name, attempt in attempts.items():
    try:
        attempt()
        print(name)
    except OSError:
        pass
`;

/** Listens at the path, prints when it does, and then all that it hears. */
const listener = `
import os, socket, sys
${become}
os.umask(0)
server = socket.socket(socket.AF_UNIX)
server.bind(sys.argv[1])
server.listen()
print("listens", flush=True)
while True:
    client, _ = server.accept()
    while part := client.recv(65536):
        sys.stdout.buffer.write(part)
        sys.stdout.flush()
`;

describe('Another user, at the process of the proxy,', () => {
  let upstream: RecordingUpstream;
  let window: AttachedWindow | undefined;
  let root: string;
  const environment = new ScopedEnvironment(/^$/);

  before(function () {
    // Only root can become another user here.
    if (process.platform !== 'linux' || process.getuid?.() !== 0) this.skip();
  });

  beforeEach(async () => {
    // That of the run is closed to others.
    root = await mkdtemp('/tmp/other-user-');
    await chmod(root, 0o777);
    upstream = await RecordingUpstream.start();
  });

  afterEach(async () => {
    await window?.end();
    window = undefined;
    await upstream.stop();
    environment.restore();
    await rm(root, { recursive: true });
  });

  const named = 'mlflow-secrets-auth-0';
  const key = { key: 'canary-key', workspaceId: 'w' };

  it('gets neither into its folder nor to its socket, its memory and its files, and cannot end it', async () => {
    const place = await controlPlace({ folder: join(root, 'control'), ...key });
    assert.ok(place !== undefined);
    window = await AttachedWindow.open(place);
    window.post(...connectingTo(upstream));
    assert.equal(await statusAt(window), 200);
    const program = ['-c', intruder, place.path, String(window.pid)];
    const { stdout } = await promisify(execFile)('python3', program, { cwd: '/' });
    assert.equal(stdout, 'sees where it is\n');
    assert.ok(isRunning(window.pid));
    assert.equal(await statusAt(window), 200);
  });

  it('hears nothing where he has put a socket of his into a folder that was open to all, and keeps no window waiting', async () => {
    environment.set({ TMPDIR: root });
    const folder = join(root, named);
    const options = { folder: join(root, 'x'.repeat(100)), ...key };
    const place = await controlPlace(options);
    assert.ok(place !== undefined && dirname(place.path) === folder);
    await chmod(folder, 0o777);
    const stranger = spawn('python3', ['-c', listener, place.path], { cwd: '/' });
    const heard: string[] = [];
    stranger.stdout.on('data', (bytes: Buffer) => heard.push(bytes.toString('latin1')));
    try {
      await firstLine(stranger.stdout);
      assert.deepEqual(
        (await allControlPlaces(options)).map(({ path }) => path).filter((path) => path.startsWith(root)),
        [place.path],
      );
      const attached = new AttachedWindow(place);
      window = attached;
      attached.post(...connectingTo(upstream), { type: 'listen', port: 0, sessionToken });
      await attached.until(() => attached.ends[0] ?? attached.all('listenFailed')[0]);
      assert.deepEqual(attached.all('listening'), []);
      // So the proxy runs in the window.
      assert.deepEqual(attached.all('listenFailed'), []);
    } finally {
      stranger.kill('SIGKILL');
      await once(stranger, 'close');
    }
    assert.equal(heard.join(''), 'listens\n');
  });

  it('is not where a window looks, where the folder is his', async () => {
    environment.set({ TMPDIR: root });
    const folder = join(root, named);
    await mkdir(folder);
    await chown(folder, otherUser, otherUser);
    const place = await controlPlace({ folder, ...key });
    assert.ok(place === undefined || dirname(place.path) !== folder);
    const places = await allControlPlaces({ folder, ...key });
    assert.ok(places.every(({ path }) => dirname(path) !== folder));
  });
});
