/** Which names of settings and files stand for secrets. */
import { basename, dirname } from 'node:path'
import { isEnvSample } from '../readers/env/names.ts'

const SECRET_NAME =
  /(^|_)(PASSWORD|PASSWD|PASS|PASSPHRASE|PW|PWD|SECRET|SECRETS|TOKEN|APIKEY|KEY|SALT|PEPPER|CREDENTIALS?|ERLANG_COOKIE)(_BASE|_BASE64|_HEX)?$/i
const NOT_SECRET =
  /(PUBLIC|_FILE$|_PATH$|_DIR$|_ID$|_URL$|^PWD$|^OLDPWD$|(^|_)(PRIMARY|FOREIGN|SORT|CACHE|HOT|SITE|ACCESS)_KEY$)/i

/** Does a variable of this name hold a secret? */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name) && !NOT_SECRET.test(name)
}

const KEY_FILE = /^id_(rsa|dsa|ecdsa|ed25519)$|\.(pem|key|p12|pfx|jks|keystore)$|_key\.txt$|^secret_key/
const LOGIN_FILE = /^\.(netrc|pgpass|npmrc|pypirc|git-credentials|htpasswd|vault_pass)$/
/** Programs deal with secrets in folders of this name, and manifests have rules of their own. */
const SOURCE =
  /\.([cm]?[jt]sx?|vue|svelte|py|rb|go|rs|java|kt|php|c|h|cc|cpp|cs|sh|bash|tf|ya?ml|json|toml|xml|html?|css|sql|svg|png|lock)$/i
/** What lies in a folder of secrets and is none. */
const NO_SECRET = /^\.git|^readme|\.(md|example|sample|template|tmpl|dist|pub)$/i

/**
 * What a file's name says that it holds, by its path with `/`; undefined when it says nothing. `env`: settings, which can
 * be secret or not; `key`: a private key or a certificate; `secret`: a password or token and nothing else.
 */
export function secretFileKind(path: string): 'env' | 'key' | 'secret' | undefined {
  const name = basename(path)
  if (isEnvSample(name) || NO_SECRET.test(name)) return undefined
  if (/^\.env(\.|$)|\.env$/.test(name)) return 'env'
  if (SOURCE.test(name)) return undefined
  if (KEY_FILE.test(name) || LOGIN_FILE.test(name)) return 'key'
  return /^\.?secrets?$/.test(basename(dirname(path))) ? 'secret' : undefined
}
