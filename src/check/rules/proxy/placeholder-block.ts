import { type Directive, walk } from '../../readers/directive.ts'
import type { Report, Rule } from '../rule.ts'
import { nginxDirectives } from './forwarded.ts'
import { caddySitesOf, hasProxy } from './site.ts'

/** 1.2.3.4 and the networks that are reserved for examples (RFC 5737, RFC 3849). */
const EXAMPLE = /^(?:1\.2\.3\.4|5\.6\.7\.8|192\.0\.2\.|198\.51\.100\.|203\.0\.113\.|2001:db8:)/i

export const placeholderBlock = {
  id: 'proxy.placeholder-block',
  severity: 'medium',
  title: 'The list of blocked addresses holds examples only',
  looksFor:
    '`remote_ip` and `client_ip` in Caddy and `deny` in nginx with addresses out of a manual, such as 1.2.3.4, and no other.',
  why: 'It looks as if addresses or countries were blocked, and nothing is.',
  fix: 'Put in the networks that you want to block, or take the block out. Countries need a list of their networks that is kept up to date.',
  bad: {
    Caddyfile: 'app.example.org {\n\t@blocked remote_ip 1.2.3.4\n\tabort @blocked\n\treverse_proxy app:3000\n}\n',
  },
  good: {
    Caddyfile: 'app.example.org {\n\t@blocked remote_ip 100.64.0.0/10\n\tabort @blocked\n\treverse_proxy app:3000\n}\n',
  },
  applies: hasProxy,
  check(stack, report) {
    const denied = [...nginxDirectives(stack, 'deny')]
      .map(({ directive }) => directive)
      .filter(({ args }) => args[0]?.value !== 'all')
    checkList(denied, report)
    const seen = new Set<unknown>()
    for (const { site } of caddySitesOf(stack))
      for (const directive of walk(site.directives)) {
        const matcher = directive.name.startsWith('@') ? directive : undefined
        if (matcher === undefined || seen.has(matcher.at)) continue
        seen.add(matcher.at)
        checkList(
          matcher.args.some(isAddressWord)
            ? [matcher]
            : (matcher.block ?? []).filter(({ name }) => isAddressWord({ value: name })),
          report,
        )
      }
  },
} satisfies Rule

function isAddressWord({ value }: { readonly value: string }): boolean {
  return value === 'remote_ip' || value === 'client_ip'
}

/** Reports when every address of the list is an example. */
function checkList(directives: readonly Directive[], report: Report): void {
  const addresses = directives.flatMap(({ args }) =>
    args.filter(({ value }) => /^[\da-f]*[.:][\da-f.:]*(?:\/\d+)?$/i.test(value)),
  )
  const first = addresses[0]
  if (first === undefined || addresses.some(({ value }) => !EXAMPLE.test(value))) return
  report({
    at: first.at,
    observed: `blocked: ${addresses
      .slice(0, 3)
      .map(({ value }) => value)
      .join(', ')}`,
    expected: 'the networks that you want to block',
  })
}
