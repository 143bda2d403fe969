import type { Rule } from '../rule.ts'
import { about, hasContainers, runningOf } from './containers.ts'

export const newPrivileges = {
  id: 'docker.new-privileges',
  severity: 'low',
  title: 'A process in a running container may gain rights',
  looksFor: 'Containers without no-new-privileges.',
  why: 'A program with the setuid bit in the image makes root of whoever took over the service.',
  fix: 'Set "security_opt: [no-new-privileges:true]".',
  bad: { 'live-docker.json': '{"containers": [{"name": "web", "image": "example/web:1", "securityOpt": []}]}' },
  good: {
    'live-docker.json':
      '{"containers": [{"name": "web", "image": "example/web:1", "securityOpt": ["no-new-privileges:true"]}]}',
  },
  applies: hasContainers,
  check(stack, report) {
    for (const container of runningOf(stack)) {
      if (container.securityOpt.some((option) => /^no-new-privileges(?!.*false)/.test(option))) continue
      report({ ...about(container), observed: 'not set', expected: 'no-new-privileges:true' })
    }
  },
} satisfies Rule
