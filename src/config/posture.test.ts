import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseConfig } from './load.ts'

const parse = (posture: string) =>
  parseConfig(
    `portal: https://auth.example.org
sites: [{ host: app.example.org, routes: [{ upstream: "http://127.0.0.1:1" }] }]
${posture}
`,
    '/etc/castellan/castellan.yaml',
  ).config.posture

test('without the section nothing is watched', () => {
  assert.equal(parse(''), undefined)
})

test('asks neither the engine nor the machine by itself, and takes the folder from that of the file', () => {
  assert.deepEqual(parse('posture: { guide: loomio, folder: ../loomio }'), {
    guide: 'loomio',
    folder: '/etc/loomio',
    docker: false,
    host: false,
    every: 3_600_000,
  })
})

test('refuses a guide that there is not, with the line and those that there are', () => {
  assert.throws(() => parse('posture: { guide: loomoi, folder: /opt }'), {
    message: /castellan\.yaml:3:19 posture\.guide: found "loomoi"; there is a guide for .*loomio/,
  })
  assert.throws(() => parse('posture: { guide: ../x, folder: /opt }'), { message: /allowed: the name of a guide/ })
})

test('refuses a schedule that would be a load or no watch, and keys that it does not know', () => {
  for (const every of ['9s', '0ms', '8d'])
    assert.throws(() => parse(`posture: { guide: loomio, folder: /opt, every: ${every} }`), {
      message: /posture\.every: allowed: 10s to 7d/,
    })
  assert.throws(() => parse('posture: { guide: loomio, folder: /opt, dockers: true }'), {
    message: /unknown key "dockers"/,
  })
  assert.throws(() => parse('posture: { guide: loomio }'), { message: /posture/ })
})
