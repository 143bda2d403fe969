import { KERNEL_SETTINGS } from '../../live/kernel-settings.ts'
import { wholeFile } from '../../text/place.ts'
import type { Rule } from '../rule.ts'

export const kernelSetting = {
  id: 'host.kernel-setting',
  severity: 'low',
  title: "One of the kernel's protections is off",
  looksFor:
    'Kernel settings for forged addresses, redirects, floods, links in shared folders and what ordinary users may see: of the running kernel, else as sysctl files set them.',
  why: 'Each of them takes a step away from somebody who is already near: on the same network, or in an account or container of the machine.',
  fix: 'Put the expected value into /etc/sysctl.d/60-hardening.conf and run "sysctl --system".',
  bad: { 'etc/sysctl.d/60-local.conf': 'net.ipv4.tcp_syncookies = 0\n' },
  good: { 'etc/sysctl.d/60-local.conf': 'net.ipv4.tcp_syncookies = 1\nkernel.kptr_restrict = 2\n' },
  applies: ({ host, liveHost }) =>
    (host?.sysctl.size ?? 0) > 0 || (liveHost !== undefined && Object.keys(liveHost.sysctl).length > 0),
  check({ host, liveHost }, report) {
    for (const { name, safe, danger } of KERNEL_SETTINGS) {
      const written = host?.sysctl.get(name)
      const value = liveHost?.sysctl[name] ?? written?.value
      if (value === undefined || safe.includes(value)) continue
      const at = written ?? { at: wholeFile(`host:/proc/sys/${name.replace(/\./g, '/')}`) }
      report({
        at: at.at,
        service: 'kernel',
        observed: `${name} = ${value}: ${danger}`,
        expected: `${name} = ${safe.join(' or ')}`,
      })
    }
  },
} satisfies Rule
