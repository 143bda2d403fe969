import type { Rule } from '../rule.ts'

export const updatesNoSecurity = {
  id: 'host.updates-no-security',
  severity: 'medium',
  title: 'Automatic updates leave the security updates out',
  looksFor: 'A source for security among Allowed-Origins or Origins-Pattern of unattended-upgrades.',
  why: 'It runs every day, its log says that all is well, and the updates that matter are not among those that it may install.',
  fix: 'Add "${distro_id}:${distro_codename}-security"; to Unattended-Upgrade::Allowed-Origins.',
  bad: {
    'etc/apt/apt.conf.d/50unattended-upgrades':
      'Unattended-Upgrade::Allowed-Origins {\n  "${distro_id}:${distro_codename}";\n};\n',
  },
  good: {
    'etc/apt/apt.conf.d/50unattended-upgrades':
      'Unattended-Upgrade::Allowed-Origins {\n  "${distro_id}:${distro_codename}-security";\n};\n',
  },
  applies: ({ host }) => host?.updates?.security !== undefined,
  check({ host }, report) {
    const security = host!.updates!.security!
    if (!security.value)
      report({
        at: security.at,
        observed: 'no source for security',
        expected: 'the source for security of the distribution',
      })
  },
} satisfies Rule
