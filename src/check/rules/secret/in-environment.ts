import type { Service } from '../../readers/compose/types.ts'
import type { Stack } from '../../stack.ts'
import { hasServices, isData, servicesOf } from '../compose/services.ts'
import type { Rule } from '../rule.ts'
import { isApplication, needs, settingOf } from '../setting/known.ts'

const service = (lines: string) => ({
  'compose.yaml': `services:\n  db:\n    image: postgres:17.2\n    environment:\n      ${lines}\n    secrets: [db_password]\nsecrets:\n  db_password:\n    file: ./db_password.txt\n`,
  '.env': 'DB_PASSWORD=6f1c0f9e5b7d4a3c8e2a1b0d9f8e7c6b\n',
  'db_password.txt': '6f1c0f9e5b7d4a3c8e2a1b0d9f8e7c6b\n',
})

export const secretInEnvironment = {
  id: 'secret.in-environment',
  severity: 'low',
  title: 'A secret is in the environment, though a file would do',
  looksFor: 'Variables with a secret, where the image or the application also reads a file under the name with _FILE.',
  why: 'The environment is seen by everything that runs in the container, plugins too, by docker inspect, and often by reports of errors.',
  fix: 'Put the secret into a file of mode 0600, declare it under secrets, and set NAME_FILE to /run/secrets/… in the place of NAME.',
  bad: service('POSTGRES_PASSWORD: ${DB_PASSWORD}'),
  good: service('POSTGRES_PASSWORD_FILE: /run/secrets/db_password'),
  applies: hasServices,
  check(stack, report) {
    for (const one of servicesOf(stack)) {
      for (const { name, value, at } of one.environment.values()) {
        if (value === undefined || value === '' || !readsFile(stack, one, name)) continue
        report({
          at,
          service: one.name,
          observed: `${name} is in the environment of ${one.name}`,
          expected: `${name}_FILE with the path of a secret`,
        })
      }
    }
  },
} satisfies Rule

/** What the profile says of a name holds for the service that reads it: the image of the database, or the application. */
function readsFile(stack: Stack, service: Service, name: string): boolean {
  const setting = settingOf(stack, name)
  if (setting === undefined || !setting.secret || !setting.file || !needs(stack, setting, service)) return false
  const forData = /^(POSTGRES|MYSQL|MARIADB|MONGO|ELASTIC|MINIO)_/.test(name)
  return forData ? isData(stack, service) : isApplication(stack, service) || setting.neededBy.length > 0
}
