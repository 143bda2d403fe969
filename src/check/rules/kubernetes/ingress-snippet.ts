import type { Rule } from '../rule.ts'
import { about, hasKind, ofKind } from './objects.ts'
import { manifest } from './sample.ts'

const ingress = (annotation: string) => `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: api
  namespace: shop
  annotations:
    ${annotation}
spec:
  ingressClassName: nginx
  tls: [{ hosts: [api.example.org], secretName: api-tls }]
  rules: [{ host: api.example.org }]`

const SNIPPET = /^nginx\.(ingress\.kubernetes\.io|org)\/(.*-snippets?|(location|server)-snippets)$/

export const ingressSnippet = {
  id: 'kubernetes.ingress-snippet',
  severity: 'high',
  title: 'An Ingress writes lines into the controller’s own configuration',
  looksFor: 'Annotations of the nginx controllers that end in -snippet or -snippets.',
  why: 'The controller holds the keys of all sites and, in most installations, may read all secrets of the cluster. Whoever may write an Ingress with a snippet can read them (CVE-2021-25742), so controllers refuse snippets by default today, and with them the whole Ingress.',
  fix: 'Use the annotations or settings of the controller that are made for the purpose, and keep allow-snippet-annotations off.',
  bad: manifest(ingress('nginx.ingress.kubernetes.io/configuration-snippet: "more_set_headers Server:;"')),
  good: manifest(ingress('nginx.ingress.kubernetes.io/limit-rps: "10"')),
  applies: hasKind('Ingress'),
  check(stack, report) {
    for (const object of ofKind(stack, 'Ingress')) {
      for (const [name, { at }] of object.annotations) {
        if (!SNIPPET.test(name)) continue
        report({ ...about(object, at), observed: `the annotation ${name}`, expected: 'no snippet' })
      }
    }
  },
} satisfies Rule
