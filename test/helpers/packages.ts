import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'

/** Where a command may be; /usr/sbin (nginx) is not in the PATH of every user. */
const folders = [...(process.env.PATH ?? '').split(':').filter(Boolean), '/usr/sbin', '/usr/bin']

/** Every test file is a process: one at a time installs, the others wait and find it done. */
const lock = '/run/lock/castellan-test-packages.lock'

/** The full path of a command, or undefined when this machine does not have it. */
export function findCommand(command: string): string | undefined {
  return folders.map((folder) => join(folder, command)).find(isExecutable)
}

/**
 * The full path of a command from a Debian package. Where it is missing, root gets it installed with apt-get;
 * for anybody else, and where apt-get fails, this throws an Error of one line that says what to run.
 */
export function ensureDebian(command: string, debianPackage: string): string {
  const found = findCommand(command)
  if (found !== undefined) return found
  const advice = `${command} is missing; run: sudo apt-get update && sudo apt-get install --no-install-recommends ${debianPackage}`
  if (process.getuid?.() !== 0 || findCommand('apt-get') === undefined) throw new Error(advice)
  process.stderr.write(`${command} is missing; installing Debian's package ${debianPackage}\n`)
  const output = install(debianPackage)
  const installed = findCommand(command)
  if (installed === undefined) throw new Error(`${advice} (tried, and apt-get said: ${lastLine(output)})`)
  return installed
}

/** The lists are fetched only when the ones that are there do not do: with lists of today this takes seconds. */
function install(debianPackage: string): string {
  const apt = `apt-get -q -y -o DPkg::Lock::Timeout=300 install --no-install-recommends ${debianPackage}`
  const child = spawnSync('flock', [lock, 'sh', '-c', `${apt} || { apt-get -q update && ${apt}; }`], {
    encoding: 'utf8',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  })
  return `${child.stdout}\n${child.stderr}`
}

function lastLine(output: string): string {
  return output.trim().split('\n').at(-1) ?? ''
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
