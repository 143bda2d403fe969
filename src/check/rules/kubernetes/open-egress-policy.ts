import { textItems } from '../../readers/kubernetes/texts.ts'
import type { Tree } from '../../text/tree.ts'
import { at, itemsOf, textOf } from '../../text/tree.ts'
import type { Rule, Severity } from '../rule.ts'
import { covers, isEverywhere, openings, policies } from './network.ts'
import { about, hasKind } from './objects.ts'
import { manifest } from './sample.ts'

const policy = (rule: string) => `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: api, namespace: shop }
spec:
  podSelector: { matchLabels: { app: api } }
  policyTypes: [Egress]
  egress:
    - ${rule}`

/** Where clouds hand out the keys of a node. */
const METADATA = '169.254.169.254'

export const openEgressPolicy = {
  id: 'kubernetes.open-egress-policy',
  severity: 'medium',
  title: 'A network policy lets everything out',
  looksFor:
    'NetworkPolicies with an egress rule without to and ports. Low: all addresses on some ports, with the metadata service of clouds among them.',
  why: 'The policy looks like a fence and is none: data goes out and tools come in.',
  fix: 'Name the hosts by address, or at least the ports; take the metadata service and the private networks out with except.',
  bad: manifest(policy('{}')),
  good: manifest(policy('to: [{ podSelector: { matchLabels: { app: db } } }]\n      ports: [{ port: 5432 }]')),
  applies: hasKind('NetworkPolicy'),
  check(stack, report) {
    for (const object of policies(stack)) {
      if (!covers(object, 'Egress')) continue
      for (const rule of openings(object, 'Egress')) {
        const wide = width(rule)
        if (wide !== undefined) report({ ...about(object, rule.at), ...wide, expected: 'named hosts and ports' })
      }
    }
  },
} satisfies Rule

function width(rule: Tree): { readonly observed: string; readonly severity: Severity } | undefined {
  const to = itemsOf(at(rule, 'to'))
  const anyPort = itemsOf(at(rule, 'ports')).length === 0
  if (to.length === 0) {
    return anyPort ? { observed: 'everything is allowed out', severity: 'medium' } : undefined
  }
  const open = to.map((peer) => at(peer, 'ipBlock')).filter((block) => isEverywhere(textOf(at(block, 'cidr'))))
  if (open.length === 0) return undefined
  if (anyPort) return { observed: 'every address on every port is allowed', severity: 'medium' }
  const kept = open.every((block) => textItems(at(block, 'except')).some(({ value }) => covered(value)))
  return kept ? undefined : { observed: `every address is allowed, ${METADATA} among them`, severity: 'low' }
}

/** Does an exception take the metadata service out? IPv6 has another address, and needs the exception less. */
function covered(block: string): boolean {
  return block.startsWith(METADATA) || block.startsWith('169.254.0.0/')
}
