import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PROXY_CORE } from '../machine.ts'
import { freePort, listening, start } from '../process.ts'
import type { Bench } from '../scenario.ts'
import type { Peer } from './peer.ts'

/** nginx as a bare proxy: one worker, keep-alive to the upstream, no log, bodies streamed both ways. */
export async function startNginx(bench: Bench, stack: AsyncDisposableStack, upstreamPort: number): Promise<Peer> {
  const [http, https] = [await freePort(), await freePort()]
  const folder = join(bench.folder, `nginx-${http}`)
  await mkdir(folder)
  await writeFile(join(folder, 'nginx.conf'), configuration(bench, http, https, upstreamPort))
  const nginx = stack.use(start('nginx', ['-p', folder, '-c', 'nginx.conf', '-e', 'stderr'], { core: PROXY_CORE }))
  await listening(nginx, https)
  return {
    name: 'nginx',
    pid: nginx.pid,
    plain: { port: http, tls: false, authority: `app.localhost:${http}` },
    tls: { port: https, tls: true, authority: `app.localhost:${https}` },
  }
}

const configuration = ({ certificate }: Bench, http: number, https: number, upstreamPort: number): string => `
daemon off;
pid nginx.pid;
worker_processes 1;
worker_rlimit_nofile 20000;
events { worker_connections 19000; }
http {
  access_log off;
  keepalive_requests 1000000000;
  keepalive_timeout 600s;
  client_max_body_size 0;
  upstream app { server 127.0.0.1:${upstreamPort}; keepalive 64; keepalive_requests 1000000000; }
  server {
    listen 127.0.0.1:${http} backlog=4096;
    listen 127.0.0.1:${https} ssl http2 backlog=4096;
    http2_max_concurrent_streams 128;
    ssl_certificate ${certificate.cert};
    ssl_certificate_key ${certificate.key};
    ssl_protocols TLSv1.3;
    location / {
      proxy_pass http://app;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
      proxy_request_buffering off;
      proxy_max_temp_file_size 0;
    }
  }
}
`
