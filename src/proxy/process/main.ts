import { writeFileSync } from 'node:fs';
import * as l10n from '@vscode/l10n';
import type { Bootstrap, StartReport, ToProcess } from '../control/control-messages.ts';
import { processTitle } from '../control/process-title.ts';
import type { AloneModule } from './alone.ts';
import { readBootstrap } from './bootstrap.ts';
import { ControlServer } from './control-server.ts';
import type { ControlOptions } from './control-server.ts';
import { Keeper } from './keeper.ts';
import type { WindowState } from './window-states.ts';

export interface ServeOptions {
  /** Loaded when a window has a plan for it. */
  readonly loadAlone?: () => Promise<AloneModule>;
}

function report(message: StartReport): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

async function run(
  { controlPath, key, bundle, texts, listen, aloneMs, folder }: Bootstrap,
  { loadAlone }: ServeOptions,
): Promise<void> {
  if (texts !== undefined) l10n.config({ contents: texts });
  const keeper = new Keeper({
    ...{ aloneMs, loadAlone, folder, file: process.argv[1] },
    listensAt: (port) => (process.title = `${processTitle} ${port}`),
    released: (isReleased) => {
      if (isReleased) control.release();
      else void control.open();
    },
    end: (graceMs) => {
      control.close();
      // What was said to the windows still leaves; whatever else is open is not waited for.
      setTimeout(() => process.exit(), graceMs);
    },
  });
  const control = new ControlServer({
    ...{ path: controlPath, key: Buffer.from(key, 'base64url'), bundle },
    attached: attaching(keeper),
  });
  const end = (): void => keeper.life.end('now');
  process.on('SIGTERM', end);
  // From a window that has lost the key to it (connection/end-earlier-process.ts).
  process.on('SIGHUP', () => {
    if (keeper.life.state.kind !== 'attached') end();
  });
  const reply = await keeper.shared.listen(listen);
  if (reply.type === 'listenFailed') {
    report(reply);
    process.exitCode = 1;
    end();
    return;
  }
  const opened = await control.open();
  if (opened !== 'open') {
    report(opened === 'occupied' ? { type: 'occupied' } : { type: 'noControl', code: opened.code });
    end();
    return;
  }
  keeper.life.started();
  report({ type: 'ready' });
}

function isLast({ type }: ToProcess): boolean {
  return type === 'leave' || type === 'end' || type === 'forget';
}

function attaching(keeper: Keeper): ControlOptions['attached'] {
  const { shared } = keeper;
  return (channel) => {
    let window: WindowState | undefined;
    return {
      receive: (frame) => {
        const message = frame as ToProcess;
        if (message.type === 'forget') keeper.forget(message.scope);
        else if (message.type === 'describe') void keeper.describe().then((reply) => channel.send(reply));
        else {
          window ??= shared.attach((reply) => channel.send(reply));
          shared.receive(window, message);
        }
        if (isLast(message)) channel.end();
      },
      closed: () => {
        if (window !== undefined) shared.leave(window);
      },
    };
  };
}

/**
 * A core dump that goes to a program, as to systemd's, has no limit of size (core(5)): Linux is to leave out all memory, which
 * has the credential in it.
 */
function leaveMemoryOutOfDumps(): void {
  if (process.platform !== 'linux') return;
  try {
    writeFileSync('/proc/self/coredump_filter', '0');
  } catch {
    // A kernel without it; the limit of size is there in any case.
  }
}

/** What the proxy's own process does, from its start to its end. */
export function serveProxy(options: ServeOptions = {}): void {
  process.umask(0o077);
  // In place of Node's own reaction, which opens an inspector. Windows has no such signal.
  if (process.platform !== 'win32') process.on('SIGUSR1', () => undefined);
  leaveMemoryOutOfDumps();
  process.title = processTitle;
  // Nobody reads it after the report.
  process.stdout.on('error', () => undefined);
  readBootstrap(process.stdin).then(
    async (bootstrap) => run(bootstrap, options),
    () => process.exit(1),
  );
}
