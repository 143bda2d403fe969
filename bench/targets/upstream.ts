import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ask } from '../ask.ts'
import type { Endpoint } from '../endpoint.ts'
import { LOAD_CORE } from '../machine.ts'
import { freePort, listening, start } from '../process.ts'
import type { Bench } from '../scenario.ts'

/** The application behind every proxy: nginx with a constant answer, faster than anything in front of it. */
export interface Upstream extends Endpoint {
  /** Requests that it has answered since it started: what the load counted must have arrived here. */
  served(): Promise<number>
}

export async function startUpstream(bench: Bench, stack: AsyncDisposableStack): Promise<Upstream> {
  const port = await freePort()
  const folder = join(bench.folder, `upstream-${port}`)
  await mkdir(folder)
  await writeFile(join(folder, 'nginx.conf'), configuration(port))
  const nginx = stack.use(start('nginx', ['-p', folder, '-c', 'nginx.conf', '-e', 'stderr'], { core: LOAD_CORE }))
  await listening(nginx, port)
  const endpoint = { port, tls: false, authority: `127.0.0.1:${port}` }
  return { ...endpoint, served: () => served(endpoint) }
}

async function served(endpoint: Endpoint): Promise<number> {
  const { body } = await ask(endpoint, { path: '/served' })
  const requests = /^ \d+ \d+ (\d+)/m.exec(body)?.[1] // accepts, handled, requests
  if (requests === undefined) throw new Error(`the upstream does not count: ${body}`)
  return Number(requests)
}

const configuration = (port: number): string => `
daemon off;
pid nginx.pid;
worker_processes 1;
worker_rlimit_nofile 16384;
events { worker_connections 8192; }
http {
  access_log off;
  keepalive_requests 1000000000;
  keepalive_timeout 600s;
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location / { default_type text/plain; return 200 "hello"; }
    location = /served { stub_status; }
  }
}
`
