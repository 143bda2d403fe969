import type { KubernetesObject } from '../../readers/kubernetes/types.ts'
import type { Stack } from '../../stack.ts'
import type { Tree } from '../../text/tree.ts'
import { at, itemsOf, textOf } from '../../text/tree.ts'
import type { Rule } from '../rule.ts'
import { isDataService } from './data.ts'
import { covers, isEmptySelector, isEverywhere, openings, policies, selects } from './network.ts'
import { about, hasKind, runners } from './objects.ts'
import { manifest } from './sample.ts'

const policy = (peer: string) => `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: api, namespace: shop }
spec:
  podSelector: { matchLabels: { app: api } }
  policyTypes: [Ingress]
  ingress:
    - from:
        - ${peer}`

export const openIngressPolicy = {
  id: 'kubernetes.open-ingress-policy',
  severity: 'medium',
  title: 'A network policy lets everybody in',
  looksFor:
    'NetworkPolicies with an ingress rule without from, from all namespaces, or from 0.0.0.0/0. High when it opens a database, cache, search index or queue.',
  why: 'Rules add up: one that lets everybody in undoes all the others for the same pods.',
  fix: 'Name who may come in: the pods of the proxy by their labels, the namespace of the Ingress controller by its name.',
  bad: manifest(policy('namespaceSelector: {}')),
  good: manifest(policy('namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: ingress-nginx } }')),
  applies: hasKind('NetworkPolicy'),
  check(stack, report) {
    for (const object of policies(stack)) {
      if (!covers(object, 'Ingress')) continue
      for (const rule of openings(object, 'Ingress')) {
        const wide = widePeer(rule)
        if (wide === undefined) continue
        const data = opensData(stack, object)
        report({
          ...about(object, wide.tree.at),
          severity: data === undefined ? 'medium' : 'high',
          observed: `${wide.who} may reach ${data ?? 'the pods of this policy'}`,
          expected: 'the pods or namespaces that need it, by their labels',
        })
      }
    }
  },
} satisfies Rule

function widePeer(rule: Tree): { readonly tree: Tree; readonly who: string } | undefined {
  const from = itemsOf(at(rule, 'from'))
  if (from.length === 0) return { tree: rule, who: 'everybody' }
  for (const peer of from) {
    const block = at(peer, 'ipBlock', 'cidr')
    if (block !== undefined && isEverywhere(textOf(block))) return { tree: block, who: 'every address' }
    const spaces = at(peer, 'namespaceSelector')
    if (spaces !== undefined && isEmptySelector(spaces) && isEmptySelector(at(peer, 'podSelector'))) {
      return { tree: spaces, who: 'every pod of the cluster' }
    }
  }
  return undefined
}

function opensData(stack: Stack, policy: KubernetesObject): string | undefined {
  const selector = at(policy.tree, 'spec', 'podSelector')
  return runners(stack).find(
    (object) =>
      object.namespace === policy.namespace &&
      selects(selector, object.workload.podLabels) &&
      isDataService(stack, object),
  )?.name
}
