import type { Container } from '../../readers/kubernetes/types.ts'
import type { Located } from '../../text/place.ts'
import { at, itemsOf, textOf } from '../../text/tree.ts'
import type { Rule } from '../rule.ts'
import { about, called, containers, hasWorkloads } from './objects.ts'
import { deployment } from './sample.ts'

export const secretAsVariable = {
  id: 'kubernetes.secret-as-variable',
  severity: 'low',
  title: 'A secret is handed over as an environment variable',
  looksFor: 'secretKeyRef in env and secretRef in envFrom.',
  why: 'The environment goes to every child process, and into crash reports and debug pages. A mounted file goes to those who open it, and a new value reaches it without a restart.',
  fix: 'Mount the Secret as a volume, read-only, if the program can read the value from a file.',
  bad: deployment('envFrom:\n  - secretRef: { name: api }'),
  good: deployment(
    'volumeMounts:\n  - { name: secrets, mountPath: /run/secrets, readOnly: true }',
    'volumes:\n  - name: secrets\n    secret: { secretName: api }',
  ),
  applies: hasWorkloads,
  check(stack, report) {
    for (const { object, container } of containers(stack)) {
      const found = variables(container)
      if (found[0] === undefined) continue
      report({
        ...about(object, found[0].at),
        observed: `${called(container)} gets ${found.map(({ value }) => value).join(', ')}`,
        expected: 'a mounted file',
      })
    }
  },
} satisfies Rule

function variables({ tree }: Container): readonly Located<string>[] {
  const single = itemsOf(at(tree, 'env')).flatMap((item) => {
    const from = at(item, 'valueFrom', 'secretKeyRef')
    return from === undefined ? [] : [{ value: textOf(at(item, 'name')) ?? '', at: from.at }]
  })
  const whole = itemsOf(at(tree, 'envFrom')).flatMap((item) => {
    const from = at(item, 'secretRef')
    return from === undefined ? [] : [{ value: `all of Secret ${textOf(at(from, 'name')) ?? ''}`, at: from.at }]
  })
  return [...whole, ...single]
}
