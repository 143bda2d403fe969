import { isReference } from '../../facts/holds-secret.ts'
import type { Stack } from '../../stack.ts'
import type { Place } from '../../text/place.ts'
import { at, entriesOf, itemsOf, textOf } from '../../text/tree.ts'
import { hasServices, servicesOf } from '../compose/services.ts'
import type { Rule } from '../rule.ts'
import { namesSecret, secretValues } from './values.ts'

export const secretInCompose = {
  id: 'secret.in-compose',
  severity: 'high',
  title: 'A secret is written in the Compose file',
  looksFor:
    'Values and defaults of secrets that stand in a Compose file itself, passwords within addresses and arguments of a build included.',
  why: 'The Compose file is what people copy, post and commit. Arguments of a build stay in the image for everybody who has it.',
  fix: 'Put a new value into .env (mode 0600, not in git) and write ${NAME:?} here, or use a file under secrets.',
  bad: {
    'compose.yaml':
      'services:\n  db:\n    image: postgres:17.2\n    environment:\n      POSTGRES_PASSWORD: 6f1c0f9e5b7d4a3c8e2a1b0d9f8e7c6b\n',
  },
  good: {
    'compose.yaml':
      'services:\n  db:\n    image: postgres:17.2\n    environment:\n      POSTGRES_PASSWORD: ${DB_PASSWORD:?}\n',
    '.env': 'DB_PASSWORD=6f1c0f9e5b7d4a3c8e2a1b0d9f8e7c6b\n',
  },
  applies: hasServices,
  check(stack, report) {
    const files = new Set(stack.compose?.files ?? [])
    for (const { called, at: place, services, value } of secretValues(stack)) {
      if (!files.has(place.file) || /^(0|1|true|false|yes|no|on|off)$/i.test(value)) continue
      report({
        at: place,
        ...(services[0] === undefined ? {} : { service: services[0].name }),
        observed: `${called} is written out, ${value.length} characters`,
        expected: 'a variable such as ${NAME:?}, or a file under secrets',
      })
    }
    for (const { service, name, place } of buildArguments(stack)) {
      report({
        at: place,
        service,
        observed: `${name} is handed to the build of ${service}, and stays in the image`,
        expected: 'a secret of the build (build.secrets)',
      })
    }
  },
} satisfies Rule

function buildArguments(stack: Stack): readonly { service: string; name: string; place: Place }[] {
  return servicesOf(stack).flatMap(({ name: service, tree }) => {
    const args = at(tree, 'build', 'args')
    const pairs = [
      ...[...entriesOf(args)].map(([name, entry]) => ({ name, text: textOf(entry.value), place: entry.at })),
      ...itemsOf(args).map((item) => {
        const [name = '', ...rest] = (textOf(item) ?? '').split('=')
        return { name, text: rest.join('='), place: item.at }
      }),
    ]
    return pairs.flatMap(({ name, text, place }) =>
      text === undefined || text === '' || isReference(text) || !namesSecret(stack, name)
        ? []
        : [{ service, name, place }],
    )
  })
}
