import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isSecretName, secretFileKind } from './secret-name.ts'

test('knows names of secrets from names of settings', () => {
  const secret = ['POSTGRES_PASSWORD', 'SECRET_KEY_BASE', 'api_token', 'DEVISE_SECRET', 'KEY', 'SMTP_PASS', 'DB_PW']
  const plain = [
    'PASSWORD_MIN_LENGTH',
    'POSTGRES_PASSWORD_FILE',
    'VAPID_PUBLIC_KEY',
    'AWS_ACCESS_KEY_ID',
    'MONKEY',
    'TOKEN_URL',
    'CLASSPATH',
    'PWD',
    'TURNSTILE_SITE_KEY',
  ]
  assert.deepEqual([secret.filter((name) => !isSecretName(name)), plain.filter(isSecretName)], [[], []])
})

test('knows files of secrets by their names, and leaves samples and public halves alone', () => {
  const kinds = ['.env', 'prod.env', 'deploy/.env.production', 'id_ed25519', 'tls/site.key', 'gh_key.txt', '.pgpass']
  assert.deepEqual(kinds.map(secretFileKind), ['env', 'env', 'env', 'key', 'key', 'key', 'key'])
  assert.equal(secretFileKind('secrets/db_password'), 'secret')
  const none = [
    '.env.example',
    'env_template',
    'id_rsa.pub',
    'secrets/README.md',
    'secrets/.gitkeep',
    'src/secrets/read.ts',
    'environment.ts',
  ]
  assert.deepEqual(
    none.map(secretFileKind),
    none.map(() => undefined),
  )
})
