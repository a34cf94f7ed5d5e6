import type { IncomingMessage } from 'node:http';
import { TlsServer } from '../support/servers/tls-server.ts';
import type { Certificates } from '../support/servers/certificates.ts';

/** Keeps the head of each request, and has nothing. */
export class RecordingStore extends TlsServer {
  readonly requests: Pick<IncomingMessage, 'method' | 'url' | 'headers'>[] = [];

  private constructor(certificates: Certificates) {
    super(certificates, ({ method, url, headers }, response) => {
      this.requests.push({ method, url, headers });
      response.writeHead(404, { 'Content-Type': 'application/json' }).end('{"errors":[]}');
    });
  }

  static async start(certificates: Certificates): Promise<RecordingStore> {
    const store = new RecordingStore(certificates);
    await store.listen();
    return store;
  }
}
