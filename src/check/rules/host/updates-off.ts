import { wholeFile } from '../../text/place.ts'
import type { Rule } from '../rule.ts'

export const updatesOff = {
  id: 'host.updates-off',
  severity: 'medium',
  title: 'The host does not install security updates by itself',
  looksFor:
    "apt's periodic unattended-upgrade or dnf-automatic's apply_updates; on a whole machine also that neither is there.",
  why: 'Holes in the kernel, in OpenSSH or in the container engine are used within days of becoming known. Nobody logs in every day to update.',
  fix: 'Install unattended-upgrades and put APT::Periodic::Update-Package-Lists "1"; and APT::Periodic::Unattended-Upgrade "1"; into /etc/apt/apt.conf.d/20auto-upgrades.',
  bad: { 'etc/apt/apt.conf.d/20auto-upgrades': 'APT::Periodic::Unattended-Upgrade "0";\n' },
  good: { 'etc/apt/apt.conf.d/20auto-upgrades': 'APT::Periodic::Unattended-Upgrade "1";\n' },
  applies: ({ host }) => host !== undefined && (host.whole || host.updates !== undefined),
  check({ host }, report) {
    const { updates, shown } = host!
    if (updates?.install?.value === true) return
    const expected = 'security updates are installed every day'
    const at = updates?.install?.at ?? updates?.at ?? wholeFile(shown)
    const observed = updates?.install === undefined ? 'no file switches them on' : 'they are switched off'
    report({ at, observed, expected })
  },
} satisfies Rule
