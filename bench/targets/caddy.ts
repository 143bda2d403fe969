import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PROXY_CORE } from '../machine.ts'
import { freePort, listening, start } from '../process.ts'
import type { Bench } from '../scenario.ts'
import type { Peer } from './peer.ts'

/** Caddy as a bare proxy, as its manual says it: `reverse_proxy`, no access log. One thread runs Go code. */
export async function startCaddy(bench: Bench, stack: AsyncDisposableStack, upstreamPort: number): Promise<Peer> {
  const [http, https] = [await freePort(), await freePort()]
  const folder = join(bench.folder, `caddy-${http}`)
  await mkdir(folder)
  await writeFile(join(folder, 'Caddyfile'), configuration(bench, http, https, upstreamPort))
  const env = { ...process.env, GOMAXPROCS: '1', HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder }
  const args = ['run', '--config', join(folder, 'Caddyfile'), '--adapter', 'caddyfile']
  const caddy = stack.use(start('caddy', args, { core: PROXY_CORE, env }))
  await listening(caddy, https)
  await listening(caddy, http)
  return {
    name: 'caddy',
    pid: caddy.pid,
    plain: { port: http, tls: false, authority: `app.localhost:${http}` },
    tls: { port: https, tls: true, authority: `app.localhost:${https}` },
  }
}

const configuration = ({ certificate }: Bench, http: number, https: number, upstreamPort: number): string => `{
  admin off
  auto_https off
  log default {
    output discard
  }
}
http://app.localhost:${http} {
  bind 127.0.0.1
  reverse_proxy 127.0.0.1:${upstreamPort}
}
https://app.localhost:${https} {
  bind 127.0.0.1
  tls ${certificate.cert} ${certificate.key} {
    protocols tls1.3
  }
  reverse_proxy 127.0.0.1:${upstreamPort}
}
`
