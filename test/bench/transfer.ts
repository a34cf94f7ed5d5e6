import { fork } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { track } from '../support/proxy-process/processes.ts';
import type { Target } from './target.ts';

const block = Buffer.alloc(1 << 20, 0x61);

export async function startSink(authorization: string): Promise<number> {
  const child = track(fork(fileURLToPath(new URL('transfer-sink.ts', import.meta.url)), [authorization]));
  const [port] = (await once(child, 'message')) as [number];
  return port;
}

async function open(target: Target): Promise<Socket> {
  const socket = connect({ port: target.port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  return socket;
}

function head(method: string, path: string, target: Target, length: number | undefined): string {
  const framing = length === undefined ? '' : `Content-Length: ${length}\r\n`;
  return `${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1:${target.port}\r\nAuthorization: ${target.authorization}\r\n${framing}\r\n`;
}

/** Uploads `bytes` in one PUT and returns bytes per second. The server must say that it got them all. */
export async function upload(target: Target, bytes: number): Promise<number> {
  const socket = await open(target);
  const answer = (async (): Promise<string> => {
    let text = '';
    for await (const chunk of socket) {
      text += (chunk as Buffer).toString('latin1');
      if (text.includes('}')) return text;
    }
    return text;
  })();
  const begun = performance.now();
  socket.write(head('PUT', '/api/2.0/mlflow-artifacts/artifacts/model.bin', target, bytes));
  for (let sent = 0; sent < bytes; sent += block.length) {
    const rest = bytes - sent;
    if (!socket.write(rest < block.length ? block.subarray(0, rest) : block)) await once(socket, 'drain');
  }
  const text = await answer;
  const seconds = (performance.now() - begun) / 1000;
  socket.destroy();
  if (!text.includes(`{"received":${bytes}}`)) throw new Error(`${target.name}: upload was answered ${text}`);
  return bytes / seconds;
}

/** Downloads `/file` in one GET, counts its bytes and returns bytes per second. */
export async function download(target: Target, bytes: number): Promise<number> {
  let headText = '';
  let inBody = false;
  let received = 0;
  const done = Promise.withResolvers<undefined>();
  const socket = connect({
    port: target.port,
    host: '127.0.0.1',
    onread: {
      buffer: Buffer.alloc(1 << 18),
      callback: (count, buffer) => {
        if (inBody) received += count;
        else {
          headText += Buffer.from(buffer.subarray(0, count)).toString('latin1');
          const end = headText.indexOf('\r\n\r\n');
          if (end >= 0) {
            inBody = true;
            received = headText.length - end - 4;
          }
        }
        if (inBody && received >= bytes) done.resolve(undefined);
        return true;
      },
    },
  });
  socket.once('error', done.reject);
  socket.once('close', () => done.reject(new Error(`${target.name}: closed after ${received} bytes`)));
  await once(socket, 'connect');
  const begun = performance.now();
  socket.write(head('GET', '/file', target, undefined));
  await done.promise;
  const seconds = (performance.now() - begun) / 1000;
  socket.destroy();
  if (!headText.startsWith('HTTP/1.1 200') || received !== bytes) {
    throw new Error(`${target.name}: ${received} of ${bytes} bytes, ${headText.split('\r\n', 1)[0] ?? ''}`);
  }
  return bytes / seconds;
}
