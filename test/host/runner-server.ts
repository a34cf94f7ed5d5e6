import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { onLoopback } from '../support/servers/on-loopback.ts';
import type { OnLoopback } from '../support/servers/on-loopback.ts';

/** Answers one path of the suite; what it throws is told to the suite. */
export type Handler = (body: unknown) => Promise<unknown>;

/** The suite inside the editor asks here, on loopback, for hands, eyes and what is next. */
export async function startRunnerServer(handlers: Readonly<Record<string, Handler>>): Promise<OnLoopback> {
  const server = createServer((request, response) => {
    const answer = async (): Promise<void> => {
      const handler = handlers[(request.url ?? '').slice(1)];
      const body: unknown = await json(request);
      try {
        if (handler === undefined) throw new Error(`nothing at ${request.url ?? ''}`);
        response.end(JSON.stringify((await handler(body)) ?? {}));
      } catch (error) {
        response.writeHead(500).end(error instanceof Error ? error.message : String(error));
      }
    };
    void answer();
  });
  // A hand may take as long as a slow machine needs.
  server.requestTimeout = 0;
  return onLoopback(server);
}
