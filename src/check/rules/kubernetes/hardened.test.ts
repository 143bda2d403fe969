import assert from 'node:assert/strict'
import { test } from 'node:test'
import { observed, stackOf } from '../../samples.fixture.ts'
import { DENY_ALL } from './default-deny.ts'
import { kubernetesRules } from './index.ts'
import { resourceLimits } from './resource-limits.ts'
import { deployment, deploymentText, manifest } from './sample.ts'
import { singleReplica } from './single-replica.ts'

const DIGEST = 'sha256:9b2c5f7d0a1e4b3c8d6f0a9e7c5b3d1f2e4a6c8b0d9f7e5c3a1b2d4f6e8c0a9b'

const APP = deploymentText(
  `image: registry.example.org/shop/expressjsblanky:1.0.0@${DIGEST}
imagePullPolicy: IfNotPresent
ports: [{ containerPort: 5000 }]
resources:
  requests: { memory: 64Mi, cpu: 50m }
  limits: { memory: 128Mi, cpu: 150m }
readinessProbe: { httpGet: { path: /healthcheck, port: 5000 } }
livenessProbe: { httpGet: { path: /healthcheck, port: 5000 } }
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: { drop: [ALL] }
volumeMounts: [{ name: settings, mountPath: /app/.env, subPath: .env, readOnly: true }]`,
  `serviceAccountName: api
automountServiceAccountToken: false
securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: RuntimeDefault } }
volumes: [{ name: settings, secret: { secretName: api } }]`,
).replace('spec:\n', 'spec:\n  replicas: 2\n')

const ingress = (name: string, path: string, annotations: string) => `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: ${name}, namespace: shop, annotations: { ${annotations} } }
spec:
  ingressClassName: nginx
  tls: [{ hosts: [api.example.org], secretName: api-tls }]
  rules:
    - host: api.example.org
      http:
        paths: [{ path: ${path}, pathType: Prefix, backend: { service: { name: api, port: { number: 80 } } } }]`

const LIMIT = (count: number) => `nginx.ingress.kubernetes.io/limit-rpm: "${count}"`
const INNER = 'nginx.ingress.kubernetes.io/whitelist-source-range: 10.0.0.0/8'

const REST = [
  DENY_ALL,
  `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: api, namespace: shop }
spec:
  podSelector: { matchLabels: { app: api } }
  policyTypes: [Ingress, Egress]
  ingress:
    - from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: ingress-nginx } } }]
      ports: [{ port: 5000 }]
  egress:
    - to: [{ ipBlock: { cidr: 10.0.0.5/32 } }]
      ports: [{ port: 5432 }, { port: 6379 }]`,
  'apiVersion: v1\nkind: Namespace\nmetadata: { name: shop, labels: { pod-security.kubernetes.io/enforce: restricted } }',
  'apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: api, namespace: shop }\nautomountServiceAccountToken: false',
  'apiVersion: v1\nkind: Service\nmetadata: { name: api, namespace: shop }\nspec: { selector: { app: api }, ports: [{ port: 80, targetPort: 5000 }] }',
  'apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: { name: api, namespace: shop }\nspec: { maxUnavailable: 1, selector: { matchLabels: { app: api } } }',
  ingress('api', '/', LIMIT(600)),
  ingress('login', '/user/login', LIMIT(6)),
  ingress('admin', '/admin', `${LIMIT(60)}, ${INNER}`),
  ingress('queues', '/bull', `${LIMIT(60)}, ${INNER}`),
]

test('finds nothing at all on an application that is hardened in every way it knows', () => {
  const stack = stackOf(manifest(APP, ...REST))
  assert.equal(stack.profile.name, 'express')
  const found = kubernetesRules.flatMap((rule) => observed(rule, stack).map((one) => `${rule.id}: ${one.observed}`))
  assert.deepEqual(found, [])
})

test('lets a LimitRange of the namespace give the limits', () => {
  const range = `
apiVersion: v1
kind: LimitRange
metadata: { name: usual, namespace: shop }
spec: { limits: [{ type: Container, default: { memory: 256Mi } }] }`
  const stack = stackOf(manifest(deploymentText(''), range))
  assert.match(observed(resourceLimits, stack)[0]?.observed ?? '', /no limit for cpu$/)
  assert.equal(observed(resourceLimits, stack)[0]?.severity, 'low')
})

test('lets a scaler decide how many replicas there are', () => {
  const scaler = `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: api, namespace: shop }
spec: { minReplicas: 2, maxReplicas: 5, scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: api } }`
  assert.deepEqual(observed(singleReplica, stackOf(manifest(deploymentText(''), scaler))), [])
  assert.equal(observed(singleReplica, stackOf(deployment(''))).length, 1)
})
