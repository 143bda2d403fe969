import { wholeFile } from '../../text/place.ts'
import type { Rule } from '../rule.ts'
import { project, web } from './sample.ts'
import { hasServices, servicesOf } from './services.ts'

const MONITORS =
  /netdata|prometheus|prom\/|uptime-kuma|grafana|telegraf|node-exporter|cadvisor|zabbix|datadog|newrelic|glances|beszel|gatus|healthchecks|checkmk|nagios|icinga|victoriametrics|otel|opentelemetry|signoz|sentry|wazuh|crowdsec|castellan/i

export const noMonitoring = {
  id: 'compose.no-monitoring',
  severity: 'info',
  title: 'Nothing in the project watches the others',
  looksFor:
    'A project without any service that is known to watch (Prometheus, Netdata, Uptime Kuma, Grafana, Castellan …). One that only a profile starts does not count.',
  why: 'Nobody gets a message when a service is down, the disk is full or somebody tries passwords.',
  fix: 'Run something that watches, here or from another machine, and let it send messages.',
  bad: web(''),
  good: project('services:\n  uptime-kuma:\n    image: louislam/uptime-kuma:1.23.16\n'),
  applies: hasServices,
  check(stack, report) {
    const watched = servicesOf(stack).some(
      ({ name, image, profiles }) =>
        profiles.length === 0 &&
        MONITORS.test(`${name} ${image?.value.registry ?? ''}/${image?.value.repository ?? ''}`),
    )
    if (watched || stack.compose === undefined) return
    report({
      at: wholeFile(stack.compose.files[0] ?? ''),
      observed: 'no service that watches the others',
      expected: 'one, here or on another machine',
    })
  },
} satisfies Rule
