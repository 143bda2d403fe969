import { textItems } from '../../readers/kubernetes/texts.ts'
import type { Located } from '../../text/place.ts'
import { at } from '../../text/tree.ts'
import type { Rule } from '../rule.ts'
import { about, called, containers, hasWorkloads } from './objects.ts'
import { deployment } from './sample.ts'
import { hasPassword, isPlainSecret, namesSecret } from './values.ts'

export const secretInArguments = {
  id: 'kubernetes.secret-in-arguments',
  severity: 'high',
  title: 'A secret is an argument of a program',
  looksFor: 'Arguments such as --password=…, --requirepass …, and addresses with a password, in command and args.',
  why: 'Arguments are in the manifest, in its repository’s history, and in the list of processes of the node.',
  fix: 'Put a new value into a Secret, and give the program the name of a mounted file or of a variable: $(NAME) in args is filled in from env.',
  bad: deployment('args: [--admin-token=7d1c9f5be04a4c6ab2]'),
  good: deployment(
    'args: [--admin-token=$(ADMIN_TOKEN)]\nenv:\n  - name: ADMIN_TOKEN\n    valueFrom: { secretKeyRef: { name: api, key: admin-token } }',
  ),
  applies: hasWorkloads,
  check(stack, report) {
    for (const { object, container } of containers(stack)) {
      for (const field of ['command', 'args']) {
        for (const found of secrets(textItems(at(container.tree, field)), (name) => namesSecret(stack.profile, name))) {
          report({
            ...about(object, found.at),
            observed: `${found.value} in ${field} of ${called(container)}`,
            expected: 'a file, or a variable from a Secret',
          })
        }
      }
    }
  },
} satisfies Rule

/** Names of the secrets and what kind they are, never a value. */
function secrets(words: readonly Located<string>[], isSecret: (name: string) => boolean): Located<string>[] {
  return words.flatMap(({ value, at: place }, index) => {
    if (hasPassword(value)) return [{ value: 'an address with its password', at: place }]
    const [, name, own] = /^--?([A-Za-z][\w.-]*)(?:=(.*))?$/s.exec(value) ?? []
    if (name === undefined || !(isSecret(name) || name === 'requirepass')) return []
    const text = own ?? words[index + 1]?.value ?? ''
    const secret = isPlainSecret(text) && !(own === undefined && text.startsWith('-')) && !text.startsWith('/')
    return secret ? [{ value: `${name}, ${text.length} characters`, at: place }] : []
  })
}
