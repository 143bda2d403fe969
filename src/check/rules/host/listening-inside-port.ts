import { insideService, isEverywhere } from '../../live/services.ts'
import { wholeFile } from '../../text/place.ts'
import type { Rule } from '../rule.ts'
import { firewallsOf, letsIn, refuses } from './firewalls.ts'

export const listeningInsidePort = {
  id: 'host.listening-inside-port',
  severity: 'high',
  title: 'A database or an administration page listens on all addresses of the host',
  looksFor: 'Listening sockets on well-known ports of databases, caches, queues and administration pages.',
  why: 'The internet reaches it if no firewall stands in between, and every container of the host reaches it, also those on internal networks.',
  fix: 'Bind it to 127.0.0.1, or for a container publish "127.0.0.1:5432:5432" or nothing.',
  bad: {
    'live-host.json':
      '{ "sockets": [{ "protocol": "tcp", "address": "0.0.0.0", "port": 5432, "process": "postgres" }] }',
  },
  good: {
    'live-host.json':
      '{ "sockets": [{ "protocol": "tcp", "address": "127.0.0.1", "port": 5432, "process": "postgres" }] }',
  },
  applies: ({ liveHost }) => (liveHost?.sockets.length ?? 0) > 0,
  check(stack, report) {
    const refusing = firewallsOf(stack).filter(refuses)
    for (const { protocol, address, port, process } of stack.liveHost!.sockets) {
      const what = insideService(port)
      if (what === undefined || protocol !== 'tcp' || !isEverywhere(address)) continue
      // Docker's own proxy is not behind the input chain; the firewall's word is no comfort there.
      const kept =
        process !== 'docker-proxy' &&
        refusing.length > 0 &&
        !refusing.some((firewall) => letsIn(firewall, port, protocol))
      const observed = `${process ?? 'a process'} listens on ${address} port ${port}, where ${what} usually is${kept ? '; the firewall closes it' : ''}`
      const observation = { at: wholeFile('host:sockets'), observed, expected: `127.0.0.1 port ${port}` }
      report(kept ? { ...observation, severity: 'low' } : observation)
    }
  },
} satisfies Rule
