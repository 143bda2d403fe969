import type { Service } from '../../readers/compose/types.ts'
import type { Stack } from '../../stack.ts'
import { at, plain } from '../../text/tree.ts'
import type { Rule } from '../rule.ts'
import { service } from './sample.ts'
import { about, factsOf, merge, servicesOf } from './services.ts'

const sample = (path: string) =>
  service('app', `image: loomio/loomio:3.0.20\nhealthcheck:\n  test: [CMD, curl, -f, "http://localhost:3000${path}"]`)

export const healthPath = {
  id: 'compose.health-path',
  severity: 'medium',
  title: 'A health check asks a path that is not there for it',
  looksFor: 'Health checks over HTTP of services that the profile knows, which ask another path of the service itself.',
  why: 'A path that answers an error makes a healthy service look sick, and what waits for it never starts; one that answers anything at all never finds a sick one.',
  fix: "Ask the path of the application's health check.",
  bad: sample('/api/v1/ping'),
  good: sample('/up'),
  applies: (stack) => servicesOf(stack).some((one) => urlOf(one) !== undefined && pathsOf(stack, one).length > 0),
  check(stack, report) {
    for (const one of servicesOf(stack)) {
      const url = urlOf(one)
      const paths = pathsOf(stack, one)
      if (url === undefined || paths.length === 0 || paths.some((path) => isSame(path, url.path))) continue
      report({
        ...about(one, one.healthcheck?.test?.at),
        observed: `the health check of ${one.name} asks ${url.path}`,
        expected: paths.join(' or '),
        repair: merge(one, ['healthcheck', 'test'], mended(one, url, paths[0]!)),
      })
    }
  },
} satisfies Rule

interface Url {
  /** As written, up to the path. */
  readonly origin: string
  /** Without query. */
  readonly path: string
  /** From the path on, as written. */
  readonly rest: string
}

/** The first URL of the check that leads to the container itself. */
function urlOf({ name, healthcheck }: Service): Url | undefined {
  const [, origin, host, rest = ''] =
    /\b(https?:\/\/(\[[0-9a-f:]+\]|[\w.${}-]+)(?::[\w${}-]+)?)(\/[^\s"'|;&)\\]*)?/i.exec(
      healthcheck?.test?.value ?? '',
    ) ?? []
  if (origin === undefined || host === undefined) return undefined
  const own = /^(?:localhost|127\.|0\.0\.0\.0|\[::1?\]|\$)/i.test(host) || host === name
  return own ? { origin, rest, path: rest.split(/[?#]/, 1)[0] || '/' } : undefined
}

function pathsOf(stack: Stack, one: Service): readonly string[] {
  const facts = factsOf(stack, one)
  if (facts?.health === undefined) return []
  return [...new Set([facts.health, ...(facts.role === 'app' ? (stack.profile.paths.health ?? []) : [])])]
}

function isSame(a: string, b: string): boolean {
  const bare = (path: string) => path.replace(/\/+$/, '')
  return bare(a) === bare(b)
}

function mended({ healthcheck, tree }: Service, { origin, rest }: Url, path: string): unknown {
  const change = (text: string) => text.replace(origin + rest, () => origin + path)
  const test = at(tree, 'healthcheck', 'test')
  const value = test === undefined ? healthcheck?.test?.value : plain(test)
  return Array.isArray(value) ? value.map((word) => change(String(word))) : change(String(value))
}
