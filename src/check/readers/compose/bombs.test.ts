import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inFolder, told } from './folder.fixture.ts'
import { readCompose } from './read.ts'

/** Small files that would grow without bound; each must be told of, within seconds. */
const BOMBS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'variables that double each other': {
    'compose.yaml': 'services: {a: {image: "$V40"}}',
    '.env': `V0=xxxxxxxxxxxx\n${lines(40, (i) => `V${i + 1}=$V${i}$V${i}`)}`,
  },
  'files that include the next one twice': {
    'compose.yaml': 'include: [1.yml]\nservices: {a: {image: a}}',
    ...Object.fromEntries(
      Array.from({ length: 30 }, (_, i) => [`${i + 1}.yml`, `include: [${i + 2}.yml, ./${i + 2}.yml]\n`]),
    ),
    '31.yml': 'services: {}',
  },
  'services that extend each other and append lists': {
    'compose.yaml': `services:\n  s0: {image: a}\n${lines(5000, (i) => `  s${i + 1}: {extends: s${i}, security_opt: [x${i}]}`)}`,
  },
  'a large env file that every service reads': {
    'compose.yaml': `services:\n${lines(2000, (i) => `  s${i}: {image: a, env_file: e.env}`)}`,
    'e.env': lines(20_000, (i) => `A${i}=${i}`),
  },
}

for (const [what, files] of Object.entries(BOMBS)) {
  test(`is not blown up by ${what}`, { timeout: 60_000 }, () => {
    inFolder(files, (folder, disk) => {
      readCompose(disk, folder)
      assert.equal(told(disk).length, 1, told(disk).join('\n'))
    })
  })
}

function lines(count: number, line: (index: number) => string): string {
  return `${Array.from({ length: count }, (_, i) => line(i)).join('\n')}\n`
}
