import type { Rule } from '../rule.ts'
import { bindToLoopback, exposedPorts, seen, severityOn } from './publishing.ts'
import { shop } from './sample.ts'
import { about, hasServices, isData, servicesOf } from './services.ts'

export const publishedData = {
  id: 'compose.published-data',
  severity: 'critical',
  title: 'A database is published to the network',
  looksFor:
    'Ports of databases, caches, search indexes, queues and language models that are published beyond the loopback address. High on an address of a private network.',
  why: 'Everybody can try passwords and holes there; several of these services ask for no password at all. Docker opens the port in the firewall as well: rules of ufw do not stop it.',
  fix: 'Take the port out: services of one network reach each other without. For work by hand bind it to 127.0.0.1.',
  bad: shop({ db: 'ports: ["5432:5432"]' }),
  good: shop({ db: 'ports: ["127.0.0.1:5432:5432", "[::1]:5432:5432"]' }),
  applies: hasServices,
  check(stack, report) {
    for (const service of servicesOf(stack)) {
      if (!isData(stack, service)) continue
      for (const port of exposedPorts(service)) {
        report({
          ...about(service, port.at),
          ...seen(port),
          severity: severityOn(port, 'critical'),
          repair: bindToLoopback(service),
        })
      }
    }
  },
} satisfies Rule
