import { sshdValue } from '../../readers/host/sshd.ts'
import type { Rule } from '../rule.ts'
import { described, sshdCases } from './sshd-cases.ts'

export const sshPasswordLogin = {
  id: 'host.ssh-password-login',
  severity: 'high',
  title: 'SSH accepts passwords',
  looksFor:
    'PasswordAuthentication, and KbdInteractiveAuthentication with UsePAM, which asks for the same password in another way.',
  why: 'Passwords of an SSH server that the internet reaches are guessed day and night. A key cannot be guessed.',
  fix: 'Make sure that your key works, then set "PasswordAuthentication no" and "KbdInteractiveAuthentication no".',
  bad: { 'etc/ssh/sshd_config': 'PasswordAuthentication yes\n' },
  good: { 'etc/ssh/sshd_config': 'PasswordAuthentication no\nKbdInteractiveAuthentication no\nUsePAM yes\n' },
  applies: ({ host }) => host?.sshd !== undefined,
  check({ host }, report) {
    const sshd = host!.sshd!
    const expected = 'PasswordAuthentication no and KbdInteractiveAuthentication no'
    const passwords = sshdCases(sshd, 'passwordauthentication', 'yes').filter(({ value }) => value === 'yes')
    for (const found of passwords) {
      const observation = {
        at: found.at,
        service: 'sshd',
        observed: described('PasswordAuthentication', found),
        expected,
      }
      report(found.criteria === undefined ? observation : { ...observation, severity: 'medium' })
    }
    const interactive = sshdValue(sshd, 'kbdinteractiveauthentication', 'yes')
    const pam = sshdValue(sshd, 'usepam', 'no')
    if (passwords.length > 0 || interactive.value !== 'yes' || pam.value !== 'yes') return
    const methods = sshd.values.get('authenticationmethods')?.[0]?.value ?? ''
    // "publickey,keyboard-interactive" asks for a second factor after the key.
    if (/^(publickey\S*\s*)+$/.test(methods)) return
    const observed =
      'PasswordAuthentication no, but KbdInteractiveAuthentication yes with UsePAM yes: PAM still asks for the password'
    report({ at: interactive.at, service: 'sshd', observed, expected })
  },
} satisfies Rule
