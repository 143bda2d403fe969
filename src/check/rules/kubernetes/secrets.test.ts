import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Disk } from '../../disk.ts'
import { readKubernetesText } from '../../readers/kubernetes/read.ts'
import { observed, stackOf } from '../../samples.fixture.ts'
import { kubernetesRules } from './index.ts'
import { publicDataAddress } from './public-data-address.ts'
import { deployment, manifest } from './sample.ts'
import { secretInArguments } from './secret-in-arguments.ts'
import { secretInEnvironment } from './secret-in-environment.ts'
import { secretInManifest } from './secret-in-manifest.ts'
import { weakSecret } from './weak-secret.ts'

const base64 = (text: string) => Buffer.from(text).toString('base64')
const secret = (field: string, name: string, value: string) => `
apiVersion: v1
kind: Secret
metadata: { name: api, namespace: shop }
${field}:
  ${name}: ${JSON.stringify(value)}`

test('no finding of any rule holds a secret, not even in part', () => {
  const values = ['vj5Kd8sEHq3w', 'wv8Jq2rT', 'zk4nLm9x', 'pl6Rt3yQ', 'qs7Vb1nM']
  const stack = stackOf(
    manifest(
      secret('data', 'admin-token', base64(values[0]!)),
      secret(
        'stringData',
        '.env',
        `DATABASE_URL=postgres://api:${values[1]}@203.0.113.5/shop\nADMIN_TOKEN=${values[2]}\n`,
      ),
      secret('stringData', 'password', values[3]!).replace('Secret', 'ConfigMap').replace('stringData', 'data'),
    ),
  )
  const app = stackOf(
    deployment(
      `args: [--password, ${values[4]}, "redis://:${values[1]}@cache"]\nenv:\n  - { name: API_KEY, value: ${values[2]} }\n  - { name: DATABASE_URL, value: "postgres://api:${values[3]}@203.0.113.5/shop" }`,
    ),
  )
  let count = 0
  for (const rule of kubernetesRules) {
    for (const observation of [...observed(rule, stack), ...observed(rule, app)]) {
      count += 1
      const text = JSON.stringify({ ...observation, repair: undefined })
      for (const value of [...values, base64(values[0]!)]) {
        for (let start = 0; start + 4 <= value.length; start++) {
          assert.ok(!text.includes(value.slice(start, start + 4)), `${rule.id}: ${observation.observed}`)
        }
      }
    }
  }
  assert.ok(count > 10)
})

test('looks into base64 and into whole .env files for values that can be guessed', () => {
  const weak = (text: string) => observed(weakSecret, stackOf(manifest(text))).map((one) => one.observed.split(':')[0])
  assert.deepEqual(weak(secret('data', 'postgres-password', base64('12345'))), ['postgres-password'])
  assert.deepEqual(weak(secret('data', 'adminToken', base64('changeme'))), ['adminToken'])
  assert.deepEqual(weak(secret('stringData', '.env', 'APP_HOST=x\nexport REDIS_PASSWORD="12345"\n# A=1\n')), [
    'REDIS_PASSWORD',
  ])
  assert.deepEqual(weak(secret('stringData', 'username', 'admin')), [])
  assert.deepEqual(weak(secret('stringData', 'tls.key', '-----BEGIN KEY-----\nMIIB\n-----END KEY-----')), [])
})

test('takes references, switches and encrypted values for no secret', () => {
  const values = ['$(FROM_ABOVE)', '${FILLED_IN}', 'true', '', 'ENC[AES256_GCM,data:x]']
  for (const value of values) {
    const stack = stackOf(deployment(`env:\n  - { name: ADMIN_TOKEN, value: ${JSON.stringify(value)} }`))
    assert.deepEqual(observed(secretInEnvironment, stack), [], value)
  }
})

test('finds the word after an option that takes a secret, but no file and no other option', () => {
  const args = (list: string) => observed(secretInArguments, stackOf(deployment(`args: ${list}`))).length
  assert.equal(args('[--requirepass, abcdef]'), 1)
  assert.equal(args('[--password=abcdef]'), 1)
  assert.equal(args('[--password, --verbose]'), 0)
  assert.equal(args('[--password=$(PASSWORD)]'), 0)
  assert.equal(args('[--secret, /run/secrets/key]'), 0)
  assert.equal(args('["postgres://u:p4ss@db/x"]'), 1)
})

test('takes a Secret that SOPS encrypted, and output of helm template, as no file in plain', () => {
  const plain = secret('stringData', 'admin-token', 'abcdefghijkl')
  assert.equal(observed(secretInManifest, stackOf(manifest(plain))).length, 1)
  assert.equal(observed(secretInManifest, stackOf(manifest(`${plain}\nsops: { version: 3.9.0 }`))).length, 0)
  const stack = { ...stackOf(manifest(plain)), kubernetes: readKubernetesText(new Disk('/'), '-', plain) }
  assert.equal(observed(secretInManifest, stack).length, 0)
})

test('finds literals of a secretGenerator', () => {
  const kustomization = 'secretGenerator:\n  - name: api\n    literals: [admin-token=abcdefghijkl]\n'
  const found = observed(secretInManifest, stackOf({ 'kustomization.yaml': kustomization }))
  assert.match(found[0]?.observed ?? '', /admin-token$/)
})

test('knows public from private addresses of databases, in every form', () => {
  const host = (value: string) =>
    observed(publicDataAddress, stackOf(deployment(`env:\n  - { name: REDIS_HOST, value: "${value}" }`))).length
  for (const value of ['203.0.113.5', '203.0.113.5:6379', 'redis://:x@203.0.113.5:6379/0', '[2001:db8::1]:6379']) {
    assert.equal(host(value), 1, value)
  }
  for (const value of ['10.0.0.5', '172.20.1.1:6379', 'redis', 'fd00::5', '[::1]:6379', 'redis.shop.svc', '']) {
    assert.equal(host(value), 0, value)
  }
})
