import type { Mount, Service } from '../../readers/compose/types.ts'
import { isWithin } from '../../readers/proxy-files.ts'
import type { Stack } from '../../stack.ts'
import type { Rule, Severity } from '../rule.ts'
import { web } from './sample.ts'
import { about, hasRole, hasServices, servicesOf } from './services.ts'

/** Whoever writes there rules over the host, and most of it tells secrets to whoever reads. */
const RULING =
  /^\/(?:etc|root|home|boot|dev|usr|lib|lib64|bin|sbin|var|var\/lib|lib\/modules|var\/lib\/(?:docker|containerd|kubelet)(?:\/.*)?|etc\/(?:shadow|gshadow|sudoers|sudoers\.d|ssh|cron[^/]*|systemd|docker|pam\.d|ssl\/private|letsencrypt)(?:\/.*)?)?$/
/** Keys of a person. */
const PERSONAL = /\/\.(?:ssh|aws|gnupg|kube|docker|config\/gcloud)(?:\/.*)?$/
/** Tells about the host; read-only it is what a monitor needs. */
const TELLING = /^\/(?:proc|sys|etc\/passwd|etc\/group|var\/log)(?:\/.*)?$/

export const sensitiveMount = {
  id: 'compose.sensitive-mount',
  severity: 'high',
  title: 'A container is given files that rule over the host',
  looksFor:
    'Bind mounts of the whole disk, /etc, /root, /home, /usr, /dev, keys of persons, the data of the engine, /proc and /sys. Read-only: medium, or low for what a monitor needs (/proc, /sys, /etc/passwd, /var/log).',
  why: 'Whoever takes the container over writes an account, a job or a key there and is root of the host. Read-only, it still reads secrets.',
  fix: 'Mount the one file or folder that is needed, read-only.',
  bad: web('volumes: ["/etc:/host/etc"]'),
  good: web('volumes: ["/etc/localtime:/etc/localtime:ro", "./data:/data"]'),
  applies: hasServices,
  check(stack, report) {
    for (const service of servicesOf(stack)) {
      for (const mount of service.mounts) {
        const severity = mount.kind === 'bind' ? judge(stack, service, mount) : undefined
        if (severity === undefined) continue
        report({
          ...about(service, mount.at),
          severity,
          observed: `${service.name} has ${mount.source} at ${mount.target}${mount.readOnly ? ', read-only' : ', writable'}`,
          expected: 'single files or folders that it needs, read-only',
        })
      }
    }
  },
} satisfies Rule

function judge(stack: Stack, service: Service, { source, readOnly }: Mount): Severity | undefined {
  const path = source === '/' ? source : source.replace(/\/+$/, '')
  // An installation may itself lie in /root or /home.
  if (isWithin(path, stack.folder)) return undefined
  if (TELLING.test(path)) return readOnly ? 'low' : 'high'
  if (PERSONAL.test(path)) return 'high'
  if (!RULING.test(path)) return undefined
  if (path.startsWith('/etc/letsencrypt') && hasRole(stack, service, 'proxy')) return undefined
  if (!readOnly || (path === '/' && !hasRole(stack, service, 'tool'))) return 'high'
  return 'medium'
}
