import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { Certificates } from './certificates.ts';
import { until } from '../until.ts';
import { startOnFreePort } from './child.ts';

export interface Nginx {
  readonly port: number;
  /** Serves by these directives from now on, with this certificate where it has one. */
  reconfigure(server: string, tls?: NginxOptions['tls']): Promise<void>;
  stop(): Promise<void>;
}

export interface NginxOptions {
  readonly folder: string;
  /** What stands in the `server` block beside `listen`. */
  readonly server: string;
  /** https with this certificate; plain http without. */
  readonly tls?: Pick<Certificates, 'certFile' | 'keyFile'>;
}

/** A real nginx as the gateway in front of a server of this machine. */
export async function startNginx({ folder, server, tls }: NginxOptions): Promise<Nginx> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'nginx.conf');
  const running = await startOnFreePort((port) => ({
    command: 'sh',
    // The configuration names the port, which is known only now.
    args: [
      '-c',
      `printf '%s' "$NGINX_CONFIGURATION" > "${file}"; exec nginx -p "${folder}" -e "${folder}/error.log" -c "${file}"`,
    ],
    env: {
      ...process.env,
      // Debian has nginx where only root's PATH looks.
      PATH: `${process.env['PATH'] ?? ''}:/usr/sbin`,
      NGINX_CONFIGURATION: configuration({ folder, port, directives: server, tls }),
    },
    logFile: join(folder, 'nginx.log'),
    isReady: async () => accepts(port),
    readyWithinMs: 30_000,
  }));
  return {
    port: running.port,
    reconfigure: async (directives, renewed = tls) => {
      const before = await endedWorkers(folder);
      await writeFile(file, configuration({ folder, port: running.port, directives, tls: renewed }));
      process.kill(running.pid, 'SIGHUP');
      // Until then a connection that is kept open is served as before.
      const isInForce = async (): Promise<boolean> => (await endedWorkers(folder)) > before;
      await until(isInForce, () => `nginx in ${folder} goes on with its old configuration`);
    },
    stop: running.stop,
  };
}

/** How many of its processes that serve connections have ended: each configuration has one. */
async function endedWorkers(folder: string): Promise<number> {
  const log = await readFile(join(folder, 'error.log'), 'utf8');
  return log.split('exited with code').length - 1;
}

interface Configuration {
  readonly folder: string;
  readonly port: number;
  readonly directives: string;
  readonly tls: NginxOptions['tls'];
}

function configuration({ folder, port, directives, tls }: Configuration): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((kind) => `${kind}_temp_path ${folder}/${kind};`)
    .join(' ');
  const secure = tls ? `ssl_certificate ${tls.certFile}; ssl_certificate_key ${tls.keyFile};` : '';
  return `daemon off; worker_processes 1; pid ${folder}/nginx.pid; error_log ${folder}/error.log notice;
    worker_shutdown_timeout 1s;
    events { worker_connections 256; }
    http {
      access_log ${folder}/access.log; client_max_body_size 0; ${temporary}
      server { listen 127.0.0.1:${port}${tls ? ' ssl' : ''}; ${secure} ${directives} }
    }\n`;
}

async function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}
