import { once } from 'node:events';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { secretOf } from './client-token.ts';
import { provenConnection } from './local-proof.ts';

const timeoutMs = 5000;

/**
 * Has the local proxy let in a browser that knows it by this `Host`, once; `undefined` where it does not. The session token
 * is shown to who has proved to be the proxy.
 */
export async function browserTicket(
  port: number,
  clientToken: string,
  host: string,
): Promise<string | undefined> {
  const signal = AbortSignal.timeout(timeoutMs);
  const connection = await provenConnection(port, secretOf(clientToken), signal);
  if (typeof connection === 'string') return undefined;
  const sent = request({
    ...{ host: '127.0.0.1', port, method: 'POST', path: `/.mlflow-secrets-auth/ticket?host=${host}` },
    headers: { authorization: `Bearer ${clientToken}`, 'content-length': 0 },
    ...{ agent: false, signal, createConnection: () => connection },
  });
  try {
    sent.end();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    const ticket = await text(response);
    return response.statusCode === 200 && /^[\w-]{43}$/.test(ticket) ? ticket : undefined;
  } catch {
    // It has gone, or is busy: the tracking server itself is opened then.
    return undefined;
  } finally {
    connection.destroy();
  }
}
