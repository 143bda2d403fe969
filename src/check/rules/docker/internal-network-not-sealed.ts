import { isEverywhere } from '../../live/services.ts'
import { wholeFile } from '../../text/place.ts'
import type { Rule } from '../rule.ts'
import { hasContainers, runningOf } from './containers.ts'

export const internalNetworkNotSealed = {
  id: 'docker.internal-network-not-sealed',
  severity: 'medium',
  title: 'Containers on an internal network reach services of the host',
  looksFor:
    'Internal networks with running containers, while the host listens on all addresses and no firewall refuses what comes in.',
  why: 'An internal network has no way out to the internet, but its bridge has an address of the host. A container reaches there every port that is bound to all addresses: SSH, an exporter, the administration port of a proxy.',
  fix: 'Bind services of the host to 127.0.0.1, or refuse by default in the input chain.',
  bad: {
    'live-docker.json':
      '{"containers": [{"name": "web", "image": "example/web:1", "networks": ["inside"]}], "networks": [{"name": "inside", "internal": true, "gateways": ["172.20.0.1"]}]}',
    'live-host.json':
      '{"sockets": [{"protocol": "tcp", "address": "0.0.0.0", "port": 9100, "process": "node_exporter"}]}',
  },
  good: {
    'live-docker.json':
      '{"containers": [{"name": "web", "image": "example/web:1", "networks": ["inside"]}], "networks": [{"name": "inside", "internal": true, "gateways": ["172.20.0.1"]}]}',
    'live-host.json':
      '{"sockets": [{"protocol": "tcp", "address": "127.0.0.1", "port": 9100, "process": "node_exporter"}]}',
  },
  applies: (stack) =>
    stack.liveHost !== undefined &&
    stack.liveDocker?.networks.some(({ internal }) => internal) === true &&
    hasContainers(stack),
  check(stack, report) {
    const refusing = (stack.liveHost!.firewallSeen ? stack.liveHost!.firewalls : (stack.host?.firewalls ?? [])).filter(
      ({ active, input }) => active?.value !== false && input !== undefined && input.value !== 'accept',
    )
    const ports = stack
      .liveHost!.sockets.filter(({ protocol, address }) => protocol === 'tcp' && isEverywhere(address))
      .map(({ port }) => port)
      .filter(
        (port) =>
          refusing.length === 0 ||
          refusing.some(({ open }) => open.some(({ first, last }) => first <= port && port <= last)),
      )
    if (ports.length === 0) return
    const shown = [...new Set(ports)].sort((a, b) => a - b)
    for (const { name, internal, gateways } of stack.liveDocker!.networks) {
      const users = runningOf(stack).filter(({ networks }) => networks.includes(name))
      if (!internal || gateways.length === 0 || users.length === 0) continue
      const observed = `${users.length} containers reach the host at ${gateways.join(', ')} on port ${shown.slice(0, 10).join(', ')}${shown.length > 10 ? ' and more' : ''}`
      report({
        at: wholeFile(`docker:network/${name}`),
        service: name,
        observed,
        expected: 'nothing of the host listens on all addresses, or a firewall refuses it',
      })
    }
  },
} satisfies Rule
