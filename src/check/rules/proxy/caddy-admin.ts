import type { Stack } from '../../stack.ts'
import type { Rule } from '../rule.ts'
import { isLoopbackText } from './exposure.ts'
import { replaceWith } from './repair.ts'
import { hasCaddy } from './site.ts'

export const caddyAdmin = {
  id: 'proxy.caddy-admin',
  severity: 'high',
  title: "Caddy's administration port is open to the network",
  looksFor: 'The option `admin` with an address that is not of the machine itself.',
  why: 'The port asks for no password. Whoever reaches it, be it another container, replaces the whole configuration: it reads all traffic and any file that Caddy can read.',
  fix: 'Take the option out (the port is then on localhost only), or write `admin off`.',
  bad: { Caddyfile: '{\n\tadmin 0.0.0.0:2019\n}\napp.example.org {\n\treverse_proxy app:3000\n}\n' },
  good: { Caddyfile: '{\n\tadmin localhost:2019\n}\napp.example.org {\n\treverse_proxy app:3000\n}\n' },
  applies: hasCaddy,
  check(stack, report) {
    for (const { options } of stack.caddy)
      for (const directive of options) {
        const address = directive.args[0]?.value
        if (directive.name !== 'admin' || address === undefined || address === 'off') continue
        const plain = address.replace(/^(?:tcp|tcp4|tcp6)\//, '')
        if (isLoopbackText(plain)) continue
        const published = isPublished(stack, Number(/:(\d+)$/.exec(plain)?.[1] ?? 2019))
        report({
          at: directive.at,
          severity: published ? 'critical' : 'high',
          observed: `listens on ${plain}${published ? ', and a port of a container leads to it' : ''}`,
          expected: 'localhost:2019, or off',
          ...(directive.block === undefined ? replaceWith(directive, 'admin localhost:2019') : {}),
        })
      }
  },
} satisfies Rule

function isPublished(stack: Stack, port: number): boolean {
  return (stack.compose?.services ?? []).some(({ ports }) =>
    ports.some(({ target, hostAddress }) => target[0] <= port && port <= target[1] && !isLoopbackText(hostAddress)),
  )
}
