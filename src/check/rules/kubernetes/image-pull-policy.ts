import { floatingTag } from '../../text/image.ts'
import { at, textOf } from '../../text/tree.ts'
import type { Rule } from '../rule.ts'
import { about, called, containers, hasWorkloads, mend } from './objects.ts'
import { deployment } from './sample.ts'

export const imagePullPolicy = {
  id: 'kubernetes.image-pull-policy',
  severity: 'low',
  title: 'A node may go on with an old image of the same name',
  looksFor: 'imagePullPolicy IfNotPresent or Never with a tag that can move, and Never in any case.',
  why: 'Each node keeps the image that it once loaded, so a fixed hole stays open on some of them; with Never nobody asks either whether the pod may have the image.',
  fix: 'Fix the version of the image, or set imagePullPolicy to Always.',
  bad: deployment('image: registry.example.org/shop/api:stable\nimagePullPolicy: IfNotPresent'),
  good: deployment('image: registry.example.org/shop/api:stable\nimagePullPolicy: Always'),
  applies: hasWorkloads,
  check(stack, report) {
    for (const { object, container } of containers(stack)) {
      const found = at(container.tree, 'imagePullPolicy')
      const policy = textOf(found)
      const floating = container.image !== undefined && floatingTag(container.image.value) !== undefined
      if (found === undefined || !(policy === 'Never' || (policy === 'IfNotPresent' && floating))) continue
      report({
        ...about(object, found.at),
        observed: `${called(container)}: ${policy} with ${container.image?.value.text ?? 'no image'}`,
        expected: floating ? 'Always, or a fixed version' : 'IfNotPresent or Always',
        ...mend(object, [...container.path, 'imagePullPolicy'], 'Always'),
      })
    }
  },
} satisfies Rule
