import { mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { Certificates } from './certificates.ts';
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
      await writeFile(file, configuration({ folder, port: running.port, directives, tls: renewed }));
      process.kill(running.pid, 'SIGHUP');
    },
    stop: running.stop,
  };
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
  return `daemon off; worker_processes 1; pid ${folder}/nginx.pid; error_log ${folder}/error.log;
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
