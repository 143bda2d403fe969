import assert from 'node:assert/strict'
import { test } from 'node:test'
import { observed, stackOf } from '../../samples.fixture.ts'
import { DENY_ALL, defaultDeny } from './default-deny.ts'
import { defaultDenyEgress } from './default-deny-egress.ts'
import { ingressBypass } from './ingress-bypass.ts'
import { ingressTls } from './ingress-tls.ts'
import { loginRateLimit } from './login-rate-limit.ts'
import { openIngressPolicy } from './open-ingress-policy.ts'
import { publishedDataService } from './published-data-service.ts'
import { deploymentText, manifest } from './sample.ts'
import { unselectedWorkload } from './unselected-workload.ts'

const policy = (spec: string, name = 'p') => `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}, namespace: shop }
spec: ${spec}`

const API = deploymentText('')
const DB = deploymentText('image: postgres:16.4').replace(/\bapi\b/g, 'db')

test('takes an empty selector with rules for no denial, and one without policyTypes for incoming only', () => {
  const open = stackOf(manifest(API, policy('{ podSelector: {}, ingress: [{}] }')))
  assert.equal(observed(defaultDeny, open)[0]?.severity, 'low', 'everything has a policy, nothing is denied')
  const closed = stackOf(manifest(API, policy('{ podSelector: {} }')))
  assert.equal(observed(defaultDeny, closed).length, 0)
  assert.equal(observed(defaultDenyEgress, closed).length, 1)
  assert.equal(observed(defaultDenyEgress, stackOf(manifest(API, policy('{ podSelector: {}, egress: [] }')))).length, 0)
})

test('does not count a policy of another namespace', () => {
  const stack = stackOf(manifest(API, DENY_ALL.replace('namespace: shop', 'namespace: other')))
  assert.equal(observed(defaultDeny, stack)[0]?.severity, 'medium')
})

test('fits label expressions as Kubernetes does', () => {
  const selected = (expression: string) => {
    const spec = `{ podSelector: { matchExpressions: [${expression}] }, policyTypes: [Ingress] }`
    return observed(unselectedWorkload, stackOf(manifest(API, policy(spec)))).length === 0
  }
  assert.ok(selected('{ key: app, operator: In, values: [api, web] }'))
  assert.ok(!selected('{ key: app, operator: NotIn, values: [api] }'))
  assert.ok(selected('{ key: tier, operator: NotIn, values: [api] }'))
  assert.ok(selected('{ key: app, operator: Exists }'))
  assert.ok(!selected('{ key: app, operator: DoesNotExist }'))
})

test('decides nothing where another maker’s policies are in use', () => {
  const cilium = 'apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: { name: x }\nspec: {}'
  assert.equal(defaultDeny.applies(stackOf(manifest(API, cilium))), false)
})

test('calls it high when everybody is let in to a database', () => {
  const open = (app: string) =>
    policy(`{ podSelector: { matchLabels: { app: ${app} } }, ingress: [{ from: [{ ipBlock: { cidr: 0.0.0.0/0 } }] }] }`)
  const severity = (app: string) => observed(openIngressPolicy, stackOf(manifest(API, DB, open(app))))[0]?.severity
  assert.equal(severity('db'), 'high')
  assert.equal(severity('api'), 'medium')
})

const service = (spec: string, annotations = '{}') => `
apiVersion: v1
kind: Service
metadata: { name: front, namespace: shop, annotations: ${annotations} }
spec: ${spec}`

test('knows a database behind a Service by its image, whatever its port', () => {
  const text = service('{ type: NodePort, selector: { app: db }, ports: [{ port: 15432 }] }')
  assert.match(observed(publishedDataService, stackOf(manifest(DB, text)))[0]?.observed ?? '', /^db is published/)
})

test('takes a load balancer of the private network as milder', () => {
  const spec = '{ type: LoadBalancer, ports: [{ port: 5432 }] }'
  const internal = service(spec, '{ networking.gke.io/load-balancer-type: Internal }')
  assert.equal(observed(publishedDataService, stackOf(manifest(internal)))[0]?.severity, 'medium')
  assert.equal(observed(publishedDataService, stackOf(manifest(service(spec))))[0]?.severity, 'high')
})

const ingress = (spec: string, kind = 'Ingress') => `
apiVersion: networking.k8s.io/v1
kind: ${kind}
metadata: { name: web, namespace: shop }
spec: ${spec}`

test('finds the way around an Ingress through a second Service for the same pods', () => {
  const front = service('{ type: NodePort, selector: { app: api }, ports: [{ port: 80 }] }')
  const inner = service('{ selector: { app: api }, ports: [{ port: 80 }] }').replace('front', 'api')
  const web = ingress('{ tls: [{}], rules: [{ http: { paths: [{ backend: { service: { name: api } } }] } }] }')
  assert.match(
    observed(ingressBypass, stackOf(manifest(API, front, inner, web)))[0]?.observed ?? '',
    /beside Ingress shop\/web/,
  )
  assert.equal(observed(ingressBypass, stackOf(manifest(API, front)))[0]?.severity, 'low')
})

test('compares the hosts of an Ingress with those of its certificates', () => {
  const open = (tls: string) =>
    observed(
      ingressTls,
      stackOf(manifest(ingress(`{ tls: ${tls}, rules: [{ host: a.example.org }, { host: b.example.org }] }`))),
    ).map((one) => one.observed)
  assert.deepEqual(open('[{ hosts: [a.example.org] }]'), ['no certificate for b.example.org'])
  assert.deepEqual(open('[{ hosts: ["*.example.org"] }]'), [])
  assert.deepEqual(open('[{ secretName: all }]'), [])
  assert.deepEqual(open('[]'), ['no certificate for a.example.org, b.example.org'])
})

test('takes the longest path for the one that answers, by whole segments', () => {
  const path = (name: string, path: string, limit: string) => `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: ${name}, namespace: shop, annotations: { nginx.ingress.kubernetes.io/${limit} } }
spec: { rules: [{ http: { paths: [{ path: ${path}, pathType: Prefix, backend: { service: { name: api } } }] } }] }`
  const all = path('all', '/', 'limit-rps: "20"')
  const found = (...more: string[]) =>
    observed(loginRateLimit, stackOf(manifest(API, all, ...more), { profile: 'express' })).length
  assert.equal(found(path('login', '/user/login', 'limit-rpm: "6"')), 0)
  assert.equal(found(path('login', '/user/log', 'limit-rpm: "6"')), 2)
  assert.equal(found(path('login', '/user/login', 'limit-rpm: "0"')), 2)
})
