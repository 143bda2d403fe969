import { banSeconds } from '../../readers/host/fail2ban.ts'
import type { Rule } from '../rule.ts'

const MOST_TRIES = 10
const SHORTEST_BAN_S = 600

export const fail2banLenient = {
  id: 'host.fail2ban-lenient',
  severity: 'low',
  title: 'A jail bans late or briefly',
  looksFor: `maxretry over ${MOST_TRIES} and bantime under ten minutes in jails that are enabled.`,
  why: 'Bots wait for short bans to pass, and many attempts before a ban are many passwords tried.',
  fix: 'Set "maxretry = 5" and "bantime = 1h"; "bantime.increment = true" makes it longer for those who come back.',
  bad: { 'etc/fail2ban/jail.local': '[sshd]\nenabled = true\nmaxretry = 50\nbantime = 60\n' },
  good: { 'etc/fail2ban/jail.local': '[DEFAULT]\nbantime = 1h\n[sshd]\nenabled = true\nmaxretry = 5\n' },
  applies: ({ host }) => host?.fail2ban !== undefined,
  check({ host }, report) {
    for (const { name, enabled, values } of host!.fail2ban!.jails) {
      const [tries, ban] = [values.get('maxretry'), values.get('bantime')]
      const seconds = banSeconds(ban?.value)
      if (!enabled) continue
      if (tries !== undefined && Number(tries.value) > MOST_TRIES)
        report({
          at: tries.at,
          service: 'fail2ban',
          observed: `${name}: maxretry = ${tries.value}`,
          expected: `at most ${MOST_TRIES}`,
        })
      // -1 is a ban for ever.
      if (seconds !== undefined && seconds >= 0 && seconds < SHORTEST_BAN_S)
        report({
          at: ban!.at,
          service: 'fail2ban',
          observed: `${name}: bantime = ${ban!.value}`,
          expected: 'at least 10m',
        })
    }
  },
} satisfies Rule
