import { textItems } from '../../readers/kubernetes/texts.ts'
import type { KubernetesObject } from '../../readers/kubernetes/types.ts'
import type { Place } from '../../text/place.ts'
import { at, textOf } from '../../text/tree.ts'
import { isEverywhere } from './network.ts'

export interface Exposure {
  readonly at: Place
  readonly how: 'LoadBalancer' | 'NodePort' | 'externalIPs'
  /** Only from named or private networks, by what the manifest says. */
  readonly narrow: boolean
}

/** By these, clouds make a load balancer that only the private network reaches. */
const INTERNAL: readonly (readonly [string, RegExp])[] = [
  ['networking.gke.io/load-balancer-type', /^internal$/i],
  ['cloud.google.com/load-balancer-type', /^internal$/i],
  ['service.beta.kubernetes.io/aws-load-balancer-internal', /^(true|0\.0\.0\.0\/0)$/i],
  ['service.beta.kubernetes.io/aws-load-balancer-scheme', /^internal$/i],
  ['service.beta.kubernetes.io/azure-load-balancer-internal', /^true$/i],
  ['service.beta.kubernetes.io/do-loadbalancer-network', /^internal$/i],
]

/** How a Service is reached from outside the cluster; undefined when it is not. */
export function exposureOf({ tree, annotations }: KubernetesObject): Exposure | undefined {
  const type = at(tree, 'spec', 'type')
  const addresses = at(tree, 'spec', 'externalIPs')
  if (textItems(addresses).length > 0) return { at: addresses!.at, how: 'externalIPs', narrow: false }
  const how = textOf(type)
  if (type === undefined || (how !== 'LoadBalancer' && how !== 'NodePort')) return undefined
  const ranges = textItems(at(tree, 'spec', 'loadBalancerSourceRanges'))
  const listed = ranges.length > 0 && !ranges.some(({ value }) => isEverywhere(value))
  const internal = INTERNAL.some(([name, value]) => value.test(annotations.get(name)?.value ?? ''))
  return { at: type.at, how, narrow: how === 'LoadBalancer' && (listed || internal) }
}
