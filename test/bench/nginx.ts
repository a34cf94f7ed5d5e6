import type { ChildProcess } from 'node:child_process';
import { mkdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Certificates } from '../support/servers/certificates.ts';
import { freePort } from '../support/servers/child.ts';
import { accepting, start } from '../support/proxy-process/processes.ts';

export interface Nginx {
  readonly port: number;
  readonly process: ChildProcess;
}

/** Limits that would cut a benchmark short are off; the rest is nginx's default. */
function common(folder: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((kind) => `${kind}_temp_path ${folder}/${kind};`)
    .join(' ');
  return `access_log off; keepalive_requests 1000000000; keepalive_timeout 300s; client_max_body_size 0; ${temporary}`;
}

async function startNginx(folder: string, port: number, http: string): Promise<Nginx> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'nginx.conf');
  await writeFile(
    file,
    `daemon off; worker_processes 1; pid ${folder}/nginx.pid; error_log ${folder}/error.log;
    events { worker_connections 4096; }
    http { ${common(folder)} ${http} }`,
  );
  const process = start('nginx', ['-p', folder, '-e', join(folder, 'error.log'), '-c', file]);
  await accepting(port, process);
  return { port, process };
}

/**
 * The tracking server of the benchmark: it answers `/get` and any POST (whose body it reads to its end) with a few bytes
 * of JSON as MLflow answers log-metric, and `/file` with `fileBytes` zeros. Without the right
 * `Authorization` it answers 401, so that a run in which the credential was not injected counts no request.
 */
export async function startOrigin(
  folder: string,
  options: {
    readonly authorization: string;
    readonly fileBytes: number;
    readonly certificates: Certificates;
    /** Gets uploads over TLS. */
    readonly sinkPort: number;
  },
): Promise<Origin> {
  await mkdir(join(folder, 'files'), { recursive: true });
  const file = join(folder, 'files', 'file');
  await writeFile(file, '');
  await truncate(file, options.fileBytes);
  const [port, tlsPort] = [await freePort(), await freePort()];
  const { certFile, keyFile } = options.certificates;
  const nginx = await startNginx(
    folder,
    port,
    `server {
      listen 127.0.0.1:${port};
      listen 127.0.0.1:${tlsPort} ssl;
      ssl_certificate ${certFile}; ssl_certificate_key ${keyFile}; ssl_session_cache shared:tls:1m;
      default_type application/json;
      log_not_found off;
      if ($http_authorization != "${options.authorization}") { return 401; }
      location = /get { return 200 '{"ok": true}'; }
      location = /version { return 200 '3.17.2'; }
      location = /file { root ${folder}/files; sendfile on; tcp_nopush on; }
      # nginx answers POST on files with 404 only after "mirror" has read the whole body.
      location / { root ${folder}/none; mirror /drained; mirror_request_body on; client_body_buffer_size 1m; error_page 404 =200 @posted; }
      location /api/2.0/mlflow-artifacts/ { proxy_pass http://127.0.0.1:${options.sinkPort}; proxy_request_buffering off; proxy_http_version 1.1; }
      location = /drained { internal; return 204; }
      location @posted { return 200 '{}'; }
    }`,
  );
  return { ...nginx, tlsPort };
}

interface Origin extends Nginx {
  readonly tlsPort: number;
}

/**
 * nginx as the peer: one worker, connections to the origin kept, bodies streamed, the same header injected. At `tlsPort`
 * it passes on over TLS, with the server's certificate checked and sessions resumed, as the proxy does.
 */
export async function startPeer(
  folder: string,
  upstream: {
    readonly origin: Origin;
    readonly sinkPort: number;
    readonly authorization: string;
    readonly certificates: Certificates;
  },
): Promise<Origin> {
  const [port, tlsPort] = [await freePort(), await freePort()];
  const kept = 'keepalive 512; keepalive_requests 1000000000; keepalive_timeout 300s;';
  const nginx = await startNginx(
    folder,
    port,
    `upstream origin { server 127.0.0.1:${upstream.origin.port}; ${kept} }
    upstream secure { server 127.0.0.1:${upstream.origin.tlsPort}; ${kept} }
    upstream sink { server 127.0.0.1:${upstream.sinkPort}; ${kept} }
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    proxy_set_header Authorization "${upstream.authorization}";
    proxy_request_buffering off;
    proxy_max_temp_file_size 0;
    server {
      listen 127.0.0.1:${port};
      location / { proxy_pass http://origin; }
      location /api/2.0/mlflow-artifacts/ { proxy_pass http://sink; }
    }
    server {
      listen 127.0.0.1:${tlsPort};
      proxy_ssl_session_reuse on; proxy_ssl_verify on; proxy_ssl_name localhost;
      proxy_ssl_trusted_certificate ${upstream.certificates.caFile};
      location / { proxy_pass https://secure; }
    }`,
  );
  return { ...nginx, tlsPort };
}
