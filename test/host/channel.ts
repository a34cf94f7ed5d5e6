import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A test that ran inside the editor. */
export interface Outcome {
  readonly title: string;
  readonly state: 'passed' | 'failed' | 'skipped';
  readonly error?: string;
}

/** What a suite inside the editor says to the runner outside. */
export type FromSuite =
  | { readonly type: 'hands'; readonly name: string; readonly args: readonly string[] }
  | { readonly type: 'outcome'; readonly outcome: Outcome }
  | { readonly type: 'end' };

export interface Channel {
  readonly url: string;
  stop(): Promise<void>;
}

/** Loopback HTTP between the runner and the suites: one JSON message for each POST, its answer in the body. */
export async function openChannel(receive: (message: FromSuite) => Promise<unknown>): Promise<Channel> {
  const answer = async (request: IncomingMessage): Promise<[number, unknown]> => {
    try {
      return [200, await receive(JSON.parse(await text(request)) as FromSuite)];
    } catch (error) {
      return [500, error instanceof Error ? error.message : String(error)];
    }
  };
  const server = createServer((request, response) => {
    void answer(request).then(([status, body]) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body ?? null));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop };
}
