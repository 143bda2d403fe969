import { relative } from 'node:path'
import type { Stack } from '../../stack.ts'
import { baseName, commandFilesOf, stepsOf } from '../automation/running.ts'
import type { Rule } from '../rule.ts'
import { DUMP, script, stack } from './samples.ts'

/** A script by its name, with a folder in front of it: `./scripts/restore-db.sh`. */
const NAMED = /(?:^|[\s"'`=(])((?:\.{0,2}\/)?(?:[\w.-]+\/)+[\w.-]*restor[\w.-]*\.(?:sh|bash|py|rb|pl|js|ts))\b/gi

const README = '# Shop\n\nTo restore a backup:\n\n```sh\n./scripts/restore-db.sh backups/shop.sql\n```\n'

export const restoreMissing = {
  id: 'backup.restore-missing',
  severity: 'medium',
  title: 'The script for restoring that is named is not there',
  looksFor: 'Names of scripts for restoring in documents, scripts, crontabs and services, and no such file.',
  why: 'Somebody finds out in the worst hour: the data is gone, and the command in the instructions says "no such file".',
  fix: 'Write the right name into the instructions, or write the script; then restore a backup with it once.',
  bad: stack('', { ...script(`${DUMP} > /backups/shop.sql`), 'README.md': README }),
  good: stack('', {
    ...script(`${DUMP} > /backups/shop.sql`),
    'README.md': README,
    'scripts/restore-db.sh': '#!/bin/sh\npsql -f "$1"\n',
  }),
  applies: (stack) => namesOf(stack).length > 0,
  check(stack, report) {
    const scripts = commandFilesOf(stack, 'script').map(({ path }) => path)
    const told = new Set<string>()
    for (const { name, at } of namesOf(stack)) {
      const path = name.replace(/^(?:\.{0,2}\/)+/, '')
      // An absolute path may lie anywhere, in a container too: then only the name of the file counts.
      const isThere = scripts.some((script) => {
        const own = relative(stack.folder, script)
        return own.endsWith(path) || path.endsWith(own) || (name.startsWith('/') && baseName(script) === baseName(name))
      })
      if (isThere || name.startsWith('/') || told.has(path)) continue
      told.add(path)
      const other = scripts.find((script) => /restor/i.test(baseName(script)))
      const instead = other === undefined ? '' : `; ${relative(stack.folder, other)} is there`
      report({
        at,
        observed: `${path} is named and not there${instead}`,
        expected: 'the name of a script that is there',
      })
    }
  },
} satisfies Rule

function namesOf(stack: Stack) {
  const files = commandFilesOf(stack, 'script', 'crontab', 'unit', 'document', 'build')
  const commands = [...files, ...stepsOf(stack)].flatMap((one) => one.commands)
  const services = (stack.compose?.services ?? []).flatMap(({ command, entrypoint }) => [...command, ...entrypoint])
  const texts = [...commands.map(({ expanded, at }) => ({ value: expanded, at })), ...services]
  return texts.flatMap(({ value, at }) => [...value.matchAll(NAMED)].map(([, name]) => ({ name: name!, at })))
}
