import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inFolder, told } from '../compose/folder.fixture.ts'
import { readCompose } from '../compose/read.ts'
import { readDockerfiles } from './read.ts'
import type { Dockerfile } from './types.ts'

function one(text: string, more: Readonly<Record<string, string>> = {}): Dockerfile {
  return inFolder({ Dockerfile: text, ...more }, (folder, disk) => {
    const [file, ...others] = readDockerfiles(disk, folder, readCompose(disk, folder))
    assert.deepEqual(told(disk), [])
    assert.deepEqual(others, [])
    return file!
  })
}

const images = ({ stages }: Dockerfile) => stages.map(({ image }) => image?.value.text)

test('fills in arguments that stand above the first FROM, as a default or as Compose gives them', () => {
  const text = 'ARG VERSION=18\nARG TAG=$VERSION-slim\nFROM node:${TAG}\n'
  assert.deepEqual(images(one(text)), ['node:18-slim'])
  const compose = 'services:\n  web:\n    build:\n      context: .\n      args: [VERSION=22]\n'
  assert.deepEqual(images(one(text, { 'compose.yaml': compose })), ['node:22-slim'])
  assert.deepEqual(images(one('FROM node:${TAG:-20}\nFROM "node:${A:+x}24"\n')), ['node:20', 'node:24'])
  assert.deepEqual(images(one('ARG TAG\nFROM node:$TAG\n')), [undefined])
})

test('tells stages, their parents, platforms and scratch from images', () => {
  const file = one(
    'FROM --platform=linux/arm64 node:22 AS Base\nUSER node\nFROM base AS build\nFROM scratch\nCOPY --from=build /a /\n',
  )
  assert.deepEqual(
    file.stages.map(({ name, platform, parent, at }) => [name, platform, parent?.name, at.line]),
    [
      ['base', 'linux/arm64', undefined, 1],
      ['build', undefined, 'base', 3],
      [undefined, undefined, undefined, 4],
    ],
  )
  assert.deepEqual(images(file), ['node:22', undefined, undefined])
  assert.equal(file.final.instructions[0]?.flags.get('from'), 'build')
})

test('builds up to the stage that Compose asks for', () => {
  const compose = 'services:\n  web:\n    build: { context: ., target: prod }\n'
  const file = one('FROM node:22 AS prod\nFROM node:22 AS test\n', { 'compose.yaml': compose })
  assert.deepEqual([file.final.name, file.services], ['prod', ['web']])
})

test('joins continued lines, over comments in between, with the escape sign that the file chose', () => {
  const file = one('# escape=`\nFROM a:1.2\nRUN one `\n  # not the end\n  two\nuser 10:10\n')
  const [run, user] = file.final.instructions
  assert.match(run!.text, /^one\s+two$/)
  assert.deepEqual([user!.keyword, user!.words[0]?.value, user!.at.line], ['USER', '10:10', 6])
})

test('keeps the lines of a heredoc out of the words of its instruction', () => {
  const file = one('FROM a:1.2\nRUN <<EOF sh\nUSER root\ncurl x\nEOF\nCOPY <<A <<B /to/\n.env\nA\nB\nUSER 5\n')
  const [run, copy, user] = file.final.instructions
  assert.match(run!.text, /curl x/)
  assert.deepEqual(
    copy!.words.map(({ value }) => value),
    ['<<A', '<<B', '/to/'],
  )
  assert.equal(user!.keyword, 'USER')
})

test('gives the variables of ENV and ARG with their places, in both forms', () => {
  const file = one('FROM a:1.2\nENV A=b C="d e" \\\n    F=g\nENV OLD some words\nARG X\n')
  assert.deepEqual(
    file.final.instructions.flatMap(({ variables }) => variables.map(({ name, value, at }) => [name, value, at.line])),
    [
      ['A', 'b', 2],
      ['C', 'd e', 2],
      ['F', 'g', 3],
      ['OLD', 'some words', 4],
      ['X', undefined, 5],
    ],
  )
})

test('knows which sensitive names an ignore file leaves out', () => {
  const files = { '.env': 'A=1\n', '.env.example': 'A=\n', 'tls.key': 'x', '.npmrc': 'x', 'app.js': '' }
  const sensitive = (ignore: string) => one('FROM a:1.2\n', { ...files, '.dockerignore': ignore }).context.sensitive
  assert.deepEqual(sensitive(''), ['.env', '.npmrc', 'tls.key'])
  assert.deepEqual(sensitive('# all\n*\n!.npmrc\n'), ['.npmrc'])
  assert.deepEqual(sensitive('**/.env*\n./*.k?y\n'), ['.npmrc'])
  assert.equal(one('FROM a:1.2\n', files).context.ignoreFile, false)
})

test('a Dockerfile that a service needs and that is not there is a problem, unless it can be pulled', () => {
  const compose = (image: string) => `services:\n  web:\n    build: ./web\n${image}`
  const problems = (text: string) =>
    inFolder({ 'compose.yaml': text }, (folder, disk) => {
      readDockerfiles(disk, folder, readCompose(disk, folder))
      return told(disk)
    })
  assert.deepEqual(problems(compose('')), ['compose.yaml:3:12 web/Dockerfile: it is not there'])
  assert.deepEqual(problems(compose('    image: example/web:1.2\n')), [])
})

test('what is too large or no Dockerfile at all is a problem, and the others are still read', () => {
  const files = {
    'a/Dockerfile': 'hello\n',
    'b/Dockerfile': `FROM a:1.2\n${'RUN x\n'.repeat(50_000)}`,
    'c/Dockerfile': 'FROM c:1.2\n',
    'Dockerfile.md': 'how to build\n',
  }
  inFolder(files, (folder, disk) => {
    const found = readDockerfiles(disk, folder, undefined)
    assert.deepEqual(
      found.map(({ shown }) => shown),
      ['c/Dockerfile'],
    )
    assert.equal(told(disk).length, 2)
  })
})

test('odd and hostile texts end in time', () => {
  for (const text of [
    'FROM\n',
    'FROM a AS\n',
    '\\\n',
    `FROM ${'${A:-'.repeat(5_000)}`,
    `FROM a\nRUN <<E\n${'x\n'.repeat(9_000)}`,
  ]) {
    inFolder({ Dockerfile: text }, (folder, disk) => readDockerfiles(disk, folder, undefined))
  }
})
