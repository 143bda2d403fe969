import type { Rule } from '../rule.ts'

/** Keyword to what is broken or near it: SHA-1 signatures (RFC 9142), CBC and RC4 (RFC 8758), short MACs, old groups. */
const WEAK: Readonly<Record<string, RegExp>> = {
  ciphers: /^(3des|des|blowfish|cast128|arcfour\d*|rijndael.*|.*-cbc(@.*)?|none)/,
  macs: /^(hmac-md5|hmac-sha1|umac-64|hmac-ripemd160|none)/,
  kexalgorithms: /^(diffie-hellman-group1-|diffie-hellman-group14-sha1|diffie-hellman-group-exchange-sha1)/,
  hostkeyalgorithms: /^(ssh-dss|ssh-rsa($|-cert))/,
  pubkeyacceptedalgorithms: /^(ssh-dss|ssh-rsa($|-cert))/,
}

export const sshWeakAlgorithms = {
  id: 'host.ssh-weak-algorithms',
  severity: 'medium',
  title: 'SSH allows outdated encryption',
  looksFor:
    'Ciphers, MACs, KexAlgorithms, HostKeyAlgorithms, PubkeyAcceptedAlgorithms and Protocol in sshd_config, where they differ from the defaults.',
  why: 'Old ciphers, SHA-1 and MD5 can be attacked by whoever listens on the line. OpenSSH has long left them out of its defaults; only a setting brings them back.',
  fix: 'Take the line out, so that the defaults of OpenSSH hold, or take the named algorithms out of it.',
  bad: { 'etc/ssh/sshd_config': 'Ciphers aes256-gcm@openssh.com,aes256-cbc\nMACs +hmac-sha1\n' },
  good: { 'etc/ssh/sshd_config': 'Ciphers aes256-gcm@openssh.com\nMACs -hmac-sha1*\n' },
  applies: ({ host }) => host?.sshd !== undefined,
  check({ host }, report) {
    const { values } = host!.sshd!
    for (const [keyword, weak] of Object.entries(WEAK)) {
      const first = values.get(keyword)?.[0]
      // A list that begins with "-" takes algorithms away.
      if (first === undefined || first.value.startsWith('-')) continue
      const found = first.value
        .replace(/^[+^]/, '')
        .split(',')
        .filter((name) => weak.test(name.trim().toLowerCase()))
      if (found.length === 0) continue
      report({
        at: first.at,
        service: 'sshd',
        observed: found.join(', '),
        expected: 'the defaults of OpenSSH, which leave these out',
      })
    }
    const protocol = values.get('protocol')?.[0]
    if (protocol?.value.includes('1'))
      report({
        at: protocol.at,
        service: 'sshd',
        severity: 'high',
        observed: `Protocol ${protocol.value}`,
        expected: 'no such line: version 2 only',
      })
  },
} satisfies Rule
