import { createWriteStream } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { writeHeapSnapshot } from 'node:v8';
import type { Worker } from 'node:worker_threads';

/** What a thread can still reach: its strings in a heap snapshot, and, as that leaves them out, the bytes of its buffers. */
export async function dump(folder: string, workers: ReadonlySet<Worker>): Promise<readonly string[]> {
  turnOverPool();
  const files = [join(folder, 'host.buffers')];
  const session = new Session();
  session.connect();
  try {
    const main: Post = async (method, parameters) => session.post(method as 'Runtime.evaluate', parameters);
    await dumpBuffers(main, files[0] ?? '');
    await dumpWorkerBuffers(session, async (post, index) => {
      const file = join(folder, `worker-${index}.buffers`);
      await evaluate(post, `(${turnOverPool.toString()})()`);
      await dumpBuffers(post, file);
      files.push(file);
    });
  } finally {
    session.disconnect();
  }
  files.push(writeHeapSnapshot(join(folder, 'host.heapsnapshot')));
  for (const [index, worker] of [...workers].entries()) {
    const file = join(folder, `worker-${index}.heapsnapshot`);
    await pipeline(await worker.getHeapSnapshot(), createWriteStream(file));
    files.push(file);
  }
  return files;
}

/** Node cuts small buffers from a common one and does not clear them; in a window at work, others soon overwrite it. */
export function turnOverPool(): void {
  for (let time = 0; time < 100; time += 1) Buffer.allocUnsafe(3000);
}

type Post = (method: string, parameters: object) => Promise<unknown>;

interface Evaluated {
  readonly result: { readonly objectId: string };
  readonly exceptionDetails?: unknown;
}

async function evaluate(post: Post, expression: string): Promise<string> {
  const { result, exceptionDetails } = (await post('Runtime.evaluate', { expression })) as Evaluated;
  if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
  return result.objectId;
}

/** `queryObjects` collects garbage first. */
async function dumpBuffers(post: Post, file: string): Promise<void> {
  const prototypeObjectId = await evaluate(post, 'ArrayBuffer.prototype');
  const { objects } = (await post('Runtime.queryObjects', { prototypeObjectId })) as {
    readonly objects: { readonly objectId: string };
  };
  const functionDeclaration = `function () {
    const fs = process.getBuiltinModule('node:fs');
    const file = fs.openSync(${JSON.stringify(file)}, 'w');
    for (const buffer of this) {
      if (!buffer.detached && buffer.byteLength > 0) fs.writeSync(file, new Uint8Array(buffer));
    }
    fs.closeSync(file);
  }`;
  const called = await post('Runtime.callFunctionOn', { objectId: objects.objectId, functionDeclaration });
  const { exceptionDetails } = called as Evaluated;
  if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
}

interface WorkerMessage {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** Speaks the protocol with each worker through the main thread's session. */
async function dumpWorkerBuffers(
  session: Session,
  dumpOne: (post: Post, index: number) => Promise<void>,
): Promise<void> {
  const sessionIds: string[] = [];
  const waiting = new Map<number, (message: WorkerMessage) => void>();
  session.on('NodeWorker.attachedToWorker', ({ params }) => void sessionIds.push(params.sessionId));
  session.on('NodeWorker.receivedMessageFromWorker', ({ params }) => {
    const message = JSON.parse(params.message) as WorkerMessage;
    if (message.id !== undefined) waiting.get(message.id)?.(message);
  });
  await session.post('NodeWorker.enable', { waitForDebuggerOnStart: false });
  let lastId = 0;
  for (const [index, sessionId] of sessionIds.entries()) {
    const post: Post = async (method, parameters) => {
      const id = (lastId += 1);
      const answered = new Promise<WorkerMessage>((resolve) => waiting.set(id, resolve));
      const message = JSON.stringify({ id, method, params: parameters });
      await session.post('NodeWorker.sendMessageToWorker', { sessionId, message });
      const { result, error } = await answered;
      if (error !== undefined) throw new Error(error.message);
      return result;
    };
    await dumpOne(post, index);
  }
  await session.post('NodeWorker.disable');
}
