import type { Rule } from '../rule.ts'

export const fail2banWebOff = {
  id: 'host.fail2ban-web-off',
  severity: 'low',
  title: 'No jail watches the web',
  looksFor: 'A jail that is enabled besides those for sshd and for repeated offenders.',
  why: "Addresses that run into the proxy's limits or guess logins of the application are refused one request at a time and never shut out.",
  fix: 'Enable a jail for the proxy: "[nginx-limit-req]" with "enabled = true", maxretry = 10, findtime = 600, bantime = 7200. A gate that bans by itself needs none.',
  bad: { 'etc/fail2ban/jail.local': '[sshd]\nenabled = true\n' },
  good: { 'etc/fail2ban/jail.local': '[sshd]\nenabled = true\n[nginx-limit-req]\nenabled = true\n' },
  applies: ({ host }) => host?.fail2ban !== undefined,
  check({ host }, report) {
    const { jails, at } = host!.fail2ban!
    if (jails.some(({ name, enabled }) => enabled && !/^(ssh|recidive|selinux-ssh|dropbear)/.test(name))) return
    report({ at, service: 'fail2ban', observed: 'only sshd is watched', expected: 'a jail for the web server, too' })
  },
} satisfies Rule
