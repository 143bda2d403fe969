import type { Service } from '../../readers/compose/types.ts'
import type { Stack } from '../../stack.ts'
import type { Report, Rule } from '../rule.ts'
import { service } from './sample.ts'
import { about, hasRole, listed, servicesOf } from './services.ts'
import { type Allowance, allowancesOf, limitsBindMounts, openToAll } from './socket-allowance.ts'

const sample = (post: string) =>
  service(
    'socket-proxy',
    `image: wollomatic/socket-proxy:1.10.0
environment:
  SP_ALLOWFROM: api
  SP_ALLOW_POST: ${post}
volumes: ["/var/run/docker.sock:/var/run/docker.sock:ro"]`,
  )

export const socketProxy = {
  id: 'compose.socket-proxy',
  severity: 'critical',
  title: 'A socket proxy permits what gives away the host',
  looksFor:
    'Socket proxies that let clients create containers, run commands in them, make volumes or services, or that serve clients from everywhere. High for building images, and for clients from everywhere when nothing dangerous is let through; medium when a container may be created, and bind mounts are limited to certain folders.',
  why: 'Who may create a container may give it the whole disk of the host, and is root there. Who may run commands in any container is inside every one of them.',
  fix: 'Permit single requests only (start, stop, list). If containers must be created, limit bind mounts (SP_ALLOWBINDMOUNTFROM), name the one client that may ask, and keep both on an internal network of their own.',
  bad: sample('/v1\\..{1,2}/containers/create'),
  good: sample('/v1\\..{1,2}/containers/[^/]+/(start|stop)'),
  applies: (stack) => proxies(stack).length > 0,
  check(stack, report) {
    for (const proxy of proxies(stack)) {
      const allowances = allowancesOf(proxy)
      reportRequests(proxy, allowances, report)
      const everybody = openToAll(proxy)
      if (everybody === undefined) continue
      report({
        ...about(proxy, everybody.at),
        severity: allowances.some(({ gives }) => gives === 'host') && !limitsBindMounts(proxy) ? 'critical' : 'high',
        title: 'A socket proxy serves every client that reaches it',
        observed: `${proxy.name} takes requests from everywhere by ${everybody.what}`,
        expected: 'the name or address of the one service that needs it',
      })
    }
  },
} satisfies Rule

function proxies(stack: Stack): readonly Service[] {
  return servicesOf(stack).filter((one) => hasRole(stack, one, 'socket-proxy'))
}

function reportRequests(proxy: Service, allowances: readonly Allowance[], report: Report): void {
  const first = allowances[0]
  if (first === undefined) return
  const limited = limitsBindMounts(proxy)
  const host = allowances.filter(
    ({ gives, what }) => gives === 'host' && !(limited && what.includes('/containers/create')),
  )
  report({
    ...about(proxy, (host[0] ?? first).at),
    severity: host.length > 0 ? 'critical' : limited ? 'medium' : 'high',
    observed: `${proxy.name} permits ${listed(allowances.map(({ what }) => what))}${limited ? ', with bind mounts from certain folders only' : ', with any bind mount'}`,
    expected: 'requests that neither create containers nor run commands in them',
  })
}
