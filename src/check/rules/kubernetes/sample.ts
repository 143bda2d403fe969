import type { Sample } from '../rule.ts'

/** A Deployment for a sample: lines for its one container, and lines for its pod. */
export function deployment(container: string, pod = ''): Sample {
  return { 'k8s/api.yaml': deploymentText(container, pod) }
}

export function deploymentText(container: string, pod = ''): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: api
  namespace: shop
spec:
  selector:
    matchLabels: { app: api }
  template:
    metadata:
      labels: { app: api }
    spec:
${indented(pod, 6)}      containers:
        - name: api
${/^image:/m.test(container) ? '' : '          image: registry.example.org/shop/api:1.4.2\n'}${indented(container, 10)}`
}

/** Any manifests in one file. */
export function manifest(...documents: readonly string[]): Sample {
  return { 'k8s/shop.yaml': documents.map((text) => `${text.trim()}\n`).join('---\n') }
}

function indented(text: string, spaces: number): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  return lines.map((line) => `${' '.repeat(spaces)}${line}\n`).join('')
}
