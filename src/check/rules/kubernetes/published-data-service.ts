import type { Rule } from '../rule.ts'
import { dataBehind } from './data.ts'
import { exposureOf } from './exposure.ts'
import { about, hasKind, mend, ofKind } from './objects.ts'
import { manifest } from './sample.ts'

const service = (type: string) => `
apiVersion: v1
kind: Service
metadata: { name: db, namespace: shop }
spec:
  type: ${type}
  selector: { app: db }
  ports: [{ port: 5432 }]`

export const publishedDataService = {
  id: 'kubernetes.published-data-service',
  severity: 'high',
  title: 'A database is published outside the cluster',
  looksFor:
    'Services of type LoadBalancer or NodePort, or with externalIPs, that lead to a database, cache, search index or queue. Medium when only named or private networks reach it.',
  why: 'Everybody can try passwords and holes of the database; the application and its protections are gone round. Several such services have no password at all.',
  fix: 'Make it a Service of type ClusterIP. For work by hand use kubectl port-forward.',
  bad: manifest(service('LoadBalancer')),
  good: manifest(service('ClusterIP')),
  applies: hasKind('Service'),
  check(stack, report) {
    for (const object of ofKind(stack, 'Service')) {
      const exposure = exposureOf(object)
      const data = exposure === undefined ? undefined : dataBehind(stack, object)
      if (exposure === undefined || data === undefined) continue
      report({
        ...about(object, exposure.at),
        severity: exposure.narrow ? 'medium' : 'high',
        observed: `${data} is published by ${exposure.how}`,
        expected: 'type: ClusterIP',
        ...(exposure.how === 'externalIPs' ? {} : mend(object, ['spec', 'type'], 'ClusterIP')),
      })
    }
  },
} satisfies Rule
