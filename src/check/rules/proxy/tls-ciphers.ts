import { setting } from '../../readers/nginx/scope.ts'
import type { Rule } from '../rule.ts'
import { replaceWith } from './repair.ts'
import { hasNginx, nginxSitesOf } from './site.ts'

/** Whole words of an OpenSSL cipher string, or parts of a cipher's name, that stand for something broken. */
const BROKEN =
  /^(?:ALL|COMPLEMENTOFALL|LOW|MEDIUM|EXPORT\d*|.*\bEXP\b.*|.*NULL.*|ADH|AECDH|.*RC[24].*|.*3DES.*|.*DES-CBC.*|DES|.*MD5.*|.*IDEA.*|.*SEED.*)$/i
/** Mozilla's intermediate list (ssl-config.mozilla.org, 5.7): forward secrecy and authenticated encryption only. */
const STRONG =
  'ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305'

export const tlsCiphers = {
  id: 'proxy.tls-ciphers',
  severity: 'high',
  title: 'The proxy accepts broken ciphers',
  looksFor:
    '`ssl_ciphers` in nginx: RC4, DES, 3DES, MD5, export, anonymous and empty ciphers, and lowered security levels.',
  why: 'A connection with one of these can be read, or has no proof of whom it leads to.',
  fix: 'Name modern ciphers only, as in the list that Mozilla calls intermediate.',
  bad: { 'conf.d/site.conf': 'server {\n    listen 443 ssl;\n    ssl_ciphers ALL:!aNULL:RC4-SHA;\n}\n' },
  good: {
    'conf.d/site.conf':
      'server {\n    listen 443 ssl;\n    ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384:!aNULL:!MD5;\n}\n',
  },
  applies: hasNginx,
  check(stack, report) {
    const seen = new Set<unknown>()
    for (const site of nginxSitesOf(stack)) {
      const directive = site.tls ? setting(site.scope, 'ssl_ciphers') : undefined
      if (directive === undefined || seen.has(directive.at)) continue
      seen.add(directive.at)
      const broken = brokenCiphers(directive.args[0]?.value ?? '')
      if (broken.length === 0) continue
      report({
        at: directive.at,
        observed: `allowed: ${broken.join(', ')}`,
        expected: 'ECDHE key exchange with AES-GCM or ChaCha20',
        ...replaceWith(directive, `ssl_ciphers ${STRONG};`),
      })
    }
  },
} satisfies Rule

/** The words of an OpenSSL cipher string that allow something broken and that no `!` of it rules out. */
export function brokenCiphers(text: string): readonly string[] {
  const words = text.split(/[:, ]+/).filter((word) => word !== '')
  const forbidden = new Set(words.filter((word) => word.startsWith('!')).map((word) => word.slice(1).toUpperCase()))
  const broken = words.filter((word) => {
    if (/^[!-]/.test(word) || forbidden.has(word.toUpperCase())) return false
    if (/^@SECLEVEL=0$/i.test(word)) return true
    return BROKEN.test(word.replace(/^\+/, '')) && !word.startsWith('+')
  })
  return [...new Set(broken)]
}
