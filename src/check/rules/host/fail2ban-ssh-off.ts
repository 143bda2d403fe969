import { sshdValue } from '../../readers/host/sshd.ts'
import type { Jail } from '../../readers/host/types.ts'
import { wholeFile } from '../../text/place.ts'
import type { Rule } from '../rule.ts'

export const fail2banSshOff = {
  id: 'host.fail2ban-ssh-off',
  severity: 'medium',
  title: 'Nothing bans addresses that guess SSH logins',
  looksFor:
    "fail2ban's jail sshd, after all of jail.conf, jail.local and jail.d; on a whole machine also fail2ban that is missing while SSH accepts passwords.",
  why: 'Without a ban, guessing goes on for as long as the attacker likes, and fills the log in which a real break-in should be seen.',
  fix: 'Install fail2ban and put "[sshd]" with "enabled = true" into /etc/fail2ban/jail.local.',
  bad: { 'etc/fail2ban/jail.local': '[sshd]\nenabled = false\n' },
  good: { 'etc/fail2ban/jail.local': '[sshd]\nenabled = true\n' },
  applies({ host }) {
    // Debian's own jail.d enables the jail, so a folder with some other jail only says nothing about it.
    if (host?.whole === true) return host.fail2ban !== undefined || host.sshd !== undefined
    return host?.fail2ban?.jails.some(isForSsh) === true
  },
  check({ host }, report) {
    const expected = 'a jail for sshd that is enabled'
    if (host!.fail2ban === undefined) {
      const passwords = sshdValue(host!.sshd!, 'passwordauthentication', 'yes').value === 'yes'
      if (passwords)
        report({ at: wholeFile(host!.shown), service: 'fail2ban', observed: 'fail2ban is not there', expected })
      return
    }
    const jails = host!.fail2ban.jails.filter(isForSsh)
    if (jails.some(({ enabled }) => enabled)) return
    const [jail] = jails
    const observed = jail === undefined ? 'no jail for sshd' : `the jail ${jail.name} is not enabled`
    report({ at: jail?.at ?? host!.fail2ban.at, service: 'fail2ban', observed, expected })
  },
} satisfies Rule

function isForSsh({ name, values }: Jail): boolean {
  return name.startsWith('ssh') || values.get('filter')?.value.startsWith('sshd') === true
}
