import { writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startOnFreePort } from './child.ts';

export interface GatewayOptions {
  readonly folder: string;
  /** Of the server behind it. */
  readonly origin: string;
  /** In nginx's own words, inside of `server`. `pass`: the directive that passes requests on. */
  readonly rules: (pass: string) => string;
}

export interface Gateway {
  readonly origin: string;
  stop(): Promise<void>;
}

/** A real nginx in front of a server, which lets in whom the rules say. */
export async function startGateway({ folder, origin, rules }: GatewayOptions): Promise<Gateway> {
  await mkdir(folder, { recursive: true });
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((kind) => `${kind}_temp_path ${folder}/${kind};`)
    .join(' ');
  const file = join(folder, 'nginx.conf');
  const { port, stop } = await startOnFreePort((free) => {
    writeFileSync(
      file,
      `daemon off; worker_processes 1; pid ${folder}/nginx.pid; error_log stderr;
      events { worker_connections 64; }
      http { access_log off; ${temporary}
        server { listen 127.0.0.1:${free};
          location = /ready { return 204; }
          ${rules(`proxy_pass ${origin};`)} } }`,
    );
    return {
      command: 'nginx',
      args: ['-p', folder, '-e', 'stderr', '-c', file],
      logFile: join(folder, 'nginx.log'),
      isReady: async () => (await fetch(`http://127.0.0.1:${free}/ready`)).status === 204,
      readyWithinMs: 30_000,
    };
  });
  return { origin: `http://127.0.0.1:${port}`, stop };
}
