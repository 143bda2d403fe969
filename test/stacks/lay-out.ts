/**
 * Lays a stack out as an operator's folder. In the repository every name with a leading dot is kept as `dot-…`, so that
 * no tool takes a fixture's `.env`, `.gitignore` or `.github` for ours; and no strong secret is kept at all.
 */
import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'

export const APPLICATIONS = ['inventaire', 'inventree', 'loomio', 'express', 'dataspace'] as const
export type Application = (typeof APPLICATIONS)[number]
export type Twin = 'shipped' | 'hardened'

const HERE = import.meta.dirname
/** What every hardened twin has alike: the host's files, automatic updates, scans. A twin's own files come over it. */
const COMMON = join(HERE, 'common')

/** A new folder in the system's folder for temporary files, named like the application. The caller removes its parent. */
export function layOut(application: Application, twin: Twin): string {
  const parent = mkdtempSync(join(tmpdir(), 'castellan-stack-'))
  // Like /opt: the modes of the files themselves are what keeps others out.
  chmodSync(parent, 0o755)
  const folder = join(parent, application)
  mkdirSync(folder)
  if (twin === 'hardened') copy(COMMON, folder, application, twin)
  copy(join(HERE, application, twin), folder, application, twin)
  writeSecretFiles(folder, application)
  closeFiles(folder, twin)
  return folder
}

function copy(from: string, folder: string, application: Application, twin: Twin): void {
  for (const path of filesBelow(from)) {
    const target = join(folder, relative(from, path).replace(/(^|\/)dot-/g, '$1.'))
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, filledIn(readFileSync(path, 'utf8'), application), { mode: modeOf(path, twin) })
  }
}

function modeOf(path: string, twin: Twin): number {
  if (/\.sh$/.test(path)) return 0o755
  return twin === 'hardened' && /(^|\/)dot-env$/.test(path) ? 0o600 : 0o644
}

/** `%secret:NAME%` is a strong value of 64 characters, the same for the same name; `%now%` is this moment. */
function filledIn(text: string, application: Application): string {
  return text
    .replace(/%secret:([\w-]+)%/g, (_, name: string) => secret(application, name))
    .replaceAll('%now%', new Date().toISOString())
}

function secret(application: Application, name: string): string {
  return createHash('sha256').update(`fixture ${application} ${name}`).digest('hex')
}

/** The files of `secrets:` in the Compose file that are not there yet. Installers make them readable by their owner. */
function writeSecretFiles(folder: string, application: Application): void {
  const compose = join(folder, 'docker-compose.yml')
  const text = readdirSync(folder).includes('docker-compose.yml') ? readFileSync(compose, 'utf8') : ''
  for (const [, name] of text.matchAll(/^\s+file: \.\/secrets\/(\S+)$/gm)) {
    const path = join(folder, 'secrets', name!)
    mkdirSync(dirname(path), { recursive: true })
    if (!readdirSync(dirname(path)).includes(name!)) writeFileSync(path, secret(application, name!), { mode: 0o600 })
  }
}

function closeFiles(folder: string, twin: Twin): void {
  if (twin === 'shipped' || !readdirSync(folder).includes('secrets')) return
  chmodSync(join(folder, 'secrets'), 0o700)
  for (const path of filesBelow(join(folder, 'secrets'))) chmodSync(path, 0o600)
}

/** Absolute paths of all files below, sorted. */
export function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .sort()
}
