import type { ChildProcess } from 'node:child_process';
import { mkdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
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
  options: { readonly authorization: string; readonly fileBytes: number },
): Promise<Nginx> {
  await mkdir(join(folder, 'files'), { recursive: true });
  const file = join(folder, 'files', 'file');
  await writeFile(file, '');
  await truncate(file, options.fileBytes);
  const port = await freePort();
  return startNginx(
    folder,
    port,
    `server {
      listen 127.0.0.1:${port};
      default_type application/json;
      log_not_found off;
      if ($http_authorization != "${options.authorization}") { return 401; }
      location = /get { return 200 '{"ok": true}'; }
      location = /version { return 200 '3.17.2'; }
      location = /file { root ${folder}/files; sendfile on; tcp_nopush on; }
      # nginx answers POST on files with 404 only after "mirror" has read the whole body.
      location / { root ${folder}/none; mirror /drained; mirror_request_body on; client_body_buffer_size 1m; error_page 404 =200 @posted; }
      location = /drained { internal; return 204; }
      location @posted { return 200 '{}'; }
    }`,
  );
}

/** nginx as the peer: one worker, connections to the origin kept, bodies streamed, the same header injected. */
export async function startPeer(
  folder: string,
  upstream: { readonly origin: number; readonly sink: number; readonly authorization: string },
): Promise<Nginx> {
  const port = await freePort();
  const kept = 'keepalive 512; keepalive_requests 1000000000; keepalive_timeout 300s;';
  return startNginx(
    folder,
    port,
    `upstream origin { server 127.0.0.1:${upstream.origin}; ${kept} }
    upstream sink { server 127.0.0.1:${upstream.sink}; ${kept} }
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    proxy_set_header Authorization "${upstream.authorization}";
    proxy_request_buffering off;
    proxy_max_temp_file_size 0;
    server {
      listen 127.0.0.1:${port};
      location / { proxy_pass http://origin; }
      location /api/2.0/mlflow-artifacts/ { proxy_pass http://sink; }
    }`,
  );
}
