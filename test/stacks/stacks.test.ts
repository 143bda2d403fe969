/**
 * The check on five real systems: as they are shipped, with what their guides tell to set, and mended. The cases are
 * those in which a guide and the running code disagree; each has to be found on the first and gone on the second.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, rmSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { after, describe, test } from 'node:test'
import { Disk } from '../../src/check/disk.ts'
import { readStack } from '../../src/check/read-stack.ts'
import type { CheckResult } from '../../src/check/result.ts'
import { isAtLeast } from '../../src/check/result.ts'
import { rules } from '../../src/check/rules/all.ts'
import type { Finding } from '../../src/check/rules/rule.ts'
import { check } from '../../src/check/run.ts'
import { APPLICATIONS, type Application, filesBelow, layOut, type Twin } from './lay-out.ts'

interface Case {
  /** Number of the disagreement, and what the guide says that is not so. */
  readonly claim: string
  readonly stack: Application
  readonly rule: string
  /** What one of the rule's findings has to name. */
  readonly names: RegExp
}

/** A case that takes several files to tell has several lines. D28, encryption within PostgreSQL, is in no file. */
const CASES: readonly Case[] = [
  found('D1: INV_ACCOUNT_SIGNUP_OPEN closes registration', 'inventaire', 'setting.unread', /INV_ACCOUNT_SIGNUP_OPEN/),
  found('D2: INV_SESSION_SECRET signs sessions', 'inventaire', 'setting.unread', /INV_SESSION_SECRET/),
  found('D3: Elasticsearch has a password', 'inventaire', 'setting.no-authentication', /elasticsearch|xpack/),
  found('D4: backups are AES-256', 'loomio', 'backup.weak-encryption', /Fernet|AES-128/i),
  found('D4: backups are encrypted without a key', 'loomio', 'secret.missing', /BACKUP_ENCRYPTION_KEY/),
  found('D5: SMTP_USE_TLS encrypts mail', 'loomio', 'setting.unread', /SMTP_USE_TLS/),
  found("D5: the mail server's certificate is verified", 'loomio', 'setting.mail-unencrypted', /SMTP/),
  found('D6: LOOMIO_HMAC_KEY is a secret', 'loomio', 'setting.unread', /LOOMIO_HMAC_KEY/),
  found('D7: administrators have require_2fa', 'loomio', 'automation.unknown-model', /require_2fa/),
  found('D8: failed logins are LoginAttempt rows', 'loomio', 'automation.unknown-model', /LoginAttempt/),
  found('D8: sign-ins are events of kind user_login', 'loomio', 'automation.unknown-model', /user_login/),
  found('D9: official images only', 'loomio', 'image.foreign', /wizmoisa\/loomio/),
  found('D9: images are of one version', 'loomio', 'image.floating-tag', /master/),
  found('D9: Watchtower updates them', 'loomio', 'automation.image-updates', /watchtower/i),
  found('D9: port 3000 is closed', 'loomio', 'compose.published-port', /3000/),
  found('D9: port 5000 is closed', 'loomio', 'compose.published-port', /5000/),
  found('D9: port 4000 is closed', 'loomio', 'compose.published-port', /4000/),
  found('D9: Adminer is inside', 'loomio', 'compose.published-tool', /8081/),
  found('D9: Netdata is inside', 'loomio', 'compose.published-tool', /19999/),
  found('D9: Netdata is confined', 'loomio', 'compose.unconfined', /apparmor/),
  found('D9: Netdata has no more rights than others', 'loomio', 'compose.dangerous-capability', /SYS_PTRACE/),
  found('D9: Netdata has no way to Docker', 'loomio', 'compose.docker-socket', /docker\.sock/),
  found('D10: requests are limited', 'loomio', 'setting.dangerous-value', /RACK_ATTACK_RATE_MULTPLIER/),
  found('D11: EMAIL_PROCESSOR_TOKEN guards incoming mail', 'loomio', 'setting.unread', /EMAIL_PROCESSOR_TOKEN/),
  found('D11: nobody else delivers mail', 'loomio', 'proxy.machine-path', /\/email_processor/),
  found('D12: health checks work', 'loomio', 'compose.health-path', /\/api\/v1\/ping/),
  found('D13: FEATURES_DISABLE_SIGNUP', 'loomio', 'setting.unread', /FEATURES_DISABLE_SIGNUP/),
  found('D13: FEATURES_DISABLE_PUBLIC_THREADS', 'loomio', 'setting.unread', /FEATURES_DISABLE_PUBLIC_THREADS/),
  found('D14: passwords are reset for all', 'loomio', 'automation.shared-reset', /same token/),
  found('D15: scripts/restore-db.sh restores', 'loomio', 'backup.restore-missing', /restore-db\.sh/),
  found('D15: BACKUP_SCHEDULE sets the times', 'loomio', 'setting.unread', /BACKUP_SCHEDULE/),
  found('D15: BACKUP_RETENTION_DAYS sets the time of keeping', 'loomio', 'setting.unread', /BACKUP_RETENTION_DAYS/),
  found('D16: guessing is held up', 'express', 'setting.unread', /DISABLE_BRUTEFORCE_PREVENTION/),
  found('D17: Node is the latest LTS', 'express', 'package.node-end-of-life', /12/),
  found('D17: the image has the latest LTS', 'express', 'image.end-of-life', /nodejs:12/),
  found('D18: PostgreSQL is private', 'express', 'host.database-open', /listen_addresses/),
  found('D18: Redis is private', 'express', 'host.database-open', /bind/),
  found('D18: passwords are safe on the way', 'express', 'host.database-cleartext-login', /password/),
  found('D18: so is the data', 'express', 'setting.database-unencrypted', /DISABLE_SSL/),
  found('D19: versions of the API are pinned', 'dataspace', 'image.floating-tag', /dataspaceswiss\/api/),
  found('D19: and of the proxy', 'dataspace', 'image.floating-tag', /caddy/),
  found('D19: and of the backups', 'dataspace', 'image.floating-tag', /postgres-backup-local/),
  found('D20: Ollama is on the internal network only', 'dataspace', 'compose.data-egress', /external_net/),
  found('D21: only certain operations of Docker', 'dataspace', 'compose.socket-proxy', /containers\/create/),
  found('D21: and only for the API', 'dataspace', 'compose.socket-proxy', /SP_ALLOWFROM/),
  found('D22: the user has limited power', 'dataspace', 'automation.docker-group', /group docker/),
  found('D23: countries are blocked', 'dataspace', 'proxy.placeholder-block', /1\.2\.3\.4/),
  found('D24: logins are limited, with Basic as well', 'inventree', 'proxy.rate-limit', /limit/),
  found('D25: logs are rotated', 'loomio', 'host.log-rotation-loses-lines', /copytruncate/),
  found('D26: logs are preserved', 'loomio', 'automation.logs-lost', /removes the containers/),
  found('D27: docker scan', 'loomio', 'automation.removed-command', /docker scan/),
]

function found(claim: string, stack: Application, rule: string, names: RegExp): Case {
  return { claim, stack, rule, names }
}

const NOW = Date.now()
const laidOut = new Map<string, string>()
const checked = new Map<string, CheckResult>()
after(() => {
  for (const folder of laidOut.values()) rmSync(dirname(folder), { recursive: true })
})

function folderOf(application: Application, twin: Twin): string {
  const key = `${application} ${twin}`
  const folder = laidOut.get(key) ?? layOut(application, twin)
  laidOut.set(key, folder)
  return folder
}

function checkFolder(folder: string, guide?: Application): Promise<CheckResult> {
  return check({
    paths: [folder],
    base: folder,
    profile: 'auto',
    guide,
    kubernetes: undefined,
    live: { dockerSocket: undefined, host: false },
    minSeverity: 'high',
    now: NOW,
    rules,
  })
}

async function resultOf(application: Application, twin: Twin): Promise<CheckResult> {
  const key = `${application} ${twin}`
  const result = checked.get(key) ?? (await checkFolder(folderOf(application, twin)))
  checked.set(key, result)
  return result
}

function inWords({ rule, severity, file, line, service, observed }: Finding): string {
  return `${severity} ${rule} ${file}:${line} ${service ?? ''}: ${observed}`
}

function isCase({ rule, names }: Case, finding: Finding): boolean {
  return finding.rule === rule && names.test(`${finding.service ?? ''} ${finding.observed}`)
}

describe('a guide and the running code disagree', () => {
  test('every case from D1 to D27 is here; D28 is in no file', () => {
    const numbers = new Set(CASES.map(({ claim }) => Number(/^D(\d+):/.exec(claim)?.[1])))
    assert.deepEqual(
      [...numbers],
      Array.from({ length: 27 }, (_, index) => index + 1),
    )
  })

  for (const one of CASES) {
    test(`${one.claim} (${one.stack}, ${one.rule}) is found as shipped and gone once mended`, async () => {
      const shipped = (await resultOf(one.stack, 'shipped')).findings
      const near = shipped.filter(({ rule }) => rule === one.rule).map(inWords)
      assert.ok(
        shipped.some((finding) => isCase(one, finding)),
        `not found; of this rule: ${near.join('\n') || 'nothing'}`,
      )
      const left = (await resultOf(one.stack, 'hardened')).findings.filter((finding) => isCase(one, finding))
      assert.deepEqual(left.map(inWords), [])
      const folder = folderOf(one.stack, 'hardened')
      const mended = readStack(new Disk(folder), folder, { profile: 'auto', now: NOW })
      assert.ok(rules.find(({ id }) => id === one.rule)?.applies(mended), 'gone only as there is nothing to look at')
    })
  }
})

for (const application of APPLICATIONS) {
  describe(application, () => {
    for (const twin of ['shipped', 'hardened'] as const) {
      test(`its profile is recognised, and all of it can be read (${twin})`, async () => {
        const { stacks, problems } = await resultOf(application, twin)
        assert.deepEqual(
          stacks.map(({ profile }) => profile),
          [application],
        )
        assert.deepEqual(problems, [])
      })

      test(`two runs find the same, in the same order (${twin})`, async () => {
        const first = await resultOf(application, twin)
        assert.deepEqual(await checkFolder(folderOf(application, twin)), first)
      })

      test(`no file is changed, made or removed (${twin})`, async () => {
        const folder = folderOf(application, twin)
        const before = fingerprint(folder)
        await checkFolder(folder)
        assert.deepEqual(fingerprint(folder), before)
      })

      test(`no value of a secret is told (${twin})`, async () => {
        const told = JSON.stringify(await resultOf(application, twin))
        for (const value of secretsOf(folderOf(application, twin)))
          assert.ok(!told.includes(value), 'a secret was told')
      })

      // It runs in Kubernetes.
      if (application !== 'express')
        test(`docker-compose takes it (${twin})`, (context) => {
          const cwd = folderOf(application, twin)
          const run = spawnSync('docker-compose', ['config', '--quiet'], { cwd, encoding: 'utf8' })
          if (run.error !== undefined) context.skip('docker-compose is not installed')
          else assert.equal(run.status, 0, run.stderr)
        })
    }

    test('what the files say against the claims of its guide is gone once mended', async () => {
      const unmet = async (twin: Twin) => {
        const { guide } = await checkFolder(folderOf(application, twin), application)
        return guide?.claims.filter(({ status }) => status === 'unmet').map(({ id, reason }) => `${id}: ${reason}`)
      }
      assert.notDeepEqual(await unmet('shipped'), [])
      assert.deepEqual(await unmet('hardened'), [])
    })

    test('nothing grave is found once mended', async () => {
      const { findings } = await resultOf(application, 'hardened')
      assert.deepEqual(findings.filter(({ severity }) => isAtLeast(severity, 'high')).map(inWords), [])
    })

    test('nothing grave is found once mended and kept in git, and no secret is in it', async () => {
      const folder = layOut(application, 'hardened')
      const git = (...args: readonly string[]) => {
        const run = spawnSync('git', ['-C', folder, '-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], {
          encoding: 'utf8',
        })
        assert.equal(run.status, 0, run.stderr)
        return run.stdout
      }
      try {
        git('init', '--quiet')
        git('add', '--all')
        git('commit', '--quiet', '--message', 'All of it')
        assert.doesNotMatch(git('ls-files'), /^(\.env|secrets\/.*)$/m)
        const { findings } = await checkFolder(folder)
        assert.deepEqual(findings.filter(({ severity }) => isAtLeast(severity, 'high')).map(inWords), [])
        assert.deepEqual(findings.filter(({ rule }) => rule === 'secret.not-ignored').map(inWords), [])
      } finally {
        rmSync(dirname(folder), { recursive: true })
      }
    })
  })
}

/** Name, mode, time of change and content of every file. */
function fingerprint(folder: string): readonly string[] {
  return filesBelow(folder).map((path) => {
    const { mode, mtimeMs } = statSync(path)
    const hash = createHash('sha256').update(readFileSync(path)).digest('hex')
    return `${relative(folder, path)} ${mode.toString(8)} ${mtimeMs} ${hash}`
  })
}

/** Values that stand behind a secret's name in `.env`, and all of `secrets/`. Shorter ones are words of every text. */
function secretsOf(folder: string): readonly string[] {
  const named = filesBelow(folder)
    .filter((path) => path.endsWith('/.env'))
    .flatMap((path) => [...readFileSync(path, 'utf8').matchAll(/^\w*(?:PASSWORD|SECRET|KEY|TOKEN)\w*=(.{8,})$/gm)])
    .map(([, value]) => value!)
    .filter((value) => value !== 'true')
  const files = filesBelow(folder).filter((path) => dirname(path) === join(folder, 'secrets'))
  return [...named, ...files.map((path) => readFileSync(path, 'utf8').trim())]
}
