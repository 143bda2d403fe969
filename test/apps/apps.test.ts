import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { startHfs } from './hfs.ts'
import { startNodeRed } from './node-red.ts'
import { startTap } from './tap.ts'

test('Node-RED starts, answers and leaves nothing behind', async () => {
  const app = await startNodeRed()
  try {
    assert.match(await (await fetch(app.url)).text(), /<title>Node-RED<\/title>/)
  } finally {
    await app.close()
  }
  assert.equal(existsSync(app.folder), false)
  await assert.rejects(fetch(app.url))
})

test('HFS takes an upload from anybody when no gate stands before it', async () => {
  const app = await startHfs()
  try {
    const response = await fetch(`${app.url}/a.bin`, { method: 'PUT', body: Buffer.alloc(100_000) })
    assert.equal(response.status, 200)
    assert.ok(existsSync(join(app.files, 'a.bin')))
  } finally {
    await app.close()
  }
})

test('a tap shows the bytes that went to the application, and relays the answer', async () => {
  const app = await startHfs()
  const tap = await startTap(app.url)
  try {
    const response = await fetch(`${tap.url}/a.txt`, { method: 'PUT', body: 'a text' })
    assert.equal(response.status, 200)
    assert.match(tap.received(), /^PUT \/a\.txt HTTP\/1\.1\r\n[\s\S]*\r\n\r\na text$/)
  } finally {
    await tap.close()
    await app.close()
  }
})

test('an application reaches this machine and no other, by TCP, TLS and UDP', () => {
  const script = `
    const told = (name) => (error) => console.log(name, /loopback/.test(error?.message))
    require('net').connect(9, '198.51.100.1').on('error', told('tcp'))
    require('tls').connect(9, '198.51.100.1').on('error', told('tls'))
    fetch('http://198.51.100.1:8081').catch((error) => told('fetch')(error.cause))
    const udp = require('dgram').createSocket('udp4')
    udp.send('x', 9, '198.51.100.1', () => console.log('udp was sent'))
    const server = require('net').createServer().listen(0, 'localhost', () => {
      require('net').connect(server.address().port, 'localhost', () => console.log('local'))
    })
    setTimeout(() => process.exit(), 500)`
  const fence = join(import.meta.dirname, 'loopback-only.cjs')
  const child = spawnSync(process.execPath, ['--require', fence, '-e', script], { encoding: 'utf8' })
  assert.deepEqual(
    child.stdout.trim().split('\n').sort(),
    ['fetch true', 'local', 'tcp true', 'tls true'],
    child.stderr,
  )
})
