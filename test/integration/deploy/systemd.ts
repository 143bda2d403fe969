import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const units = join(dirname(dirname(dirname(import.meta.dirname))), 'deploy/systemd')

/** A systemd in namespaces of its own, over a copy of this machine's files that is in memory only. */
export interface Systemd extends AsyncDisposable {
  /** Runs a command in its namespaces. */
  run(command: string, ...args: string[]): { readonly code: number | null; readonly output: string }
}

/** Files over this machine's, by absolute path. */
export type Files = Readonly<Record<string, string>>

/** Boots systemd with the shipped unit, `program` as /opt/castellan, and waits for the unit. */
export async function bootSystemd(program: string, files: Files): Promise<Systemd> {
  const folder = mkdtempSync(join(tmpdir(), 'castellan-systemd-'))
  const script = join(folder, 'boot.sh')
  writeFileSync(script, boot(folder, program, { ...shipped(), ...files }))
  const child = spawn('unshare', ['--mount', '--pid', '--fork', '--uts', '--ipc', '--cgroup', 'sh', script], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
  }
  const init = await initOf(child, () => output)
  const run: Systemd['run'] = (command, ...args) => {
    const entered = spawnSync('nsenter', ['-t', String(init), '-m', '-p', command, ...args], {
      encoding: 'utf8',
      timeout: 60_000,
    })
    return { code: entered.status, output: entered.stdout + entered.stderr }
  }
  return {
    run,
    async [Symbol.asyncDispose]() {
      // The end of the first process of a namespace is the end of all in it.
      const gone = once(child, 'exit')
      process.kill(init, 'SIGKILL')
      await gone
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function shipped(): Files {
  const read = (name: string) => readFileSync(join(units, name), 'utf8')
  return {
    '/etc/systemd/system/castellan.service': read('castellan.service'),
    '/usr/lib/sysusers.d/castellan.conf': read('castellan.sysusers.conf'),
    '/usr/lib/tmpfiles.d/castellan.conf': read('castellan.tmpfiles.conf'),
    '/etc/systemd/system/test.target': '[Unit]\nWants=castellan.service\nAfter=castellan.service\n',
  }
}

function boot(folder: string, program: string, files: Files): string {
  const staged = join(folder, 'files')
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(staged, dirname(path)), { recursive: true })
    writeFileSync(join(staged, path), text)
  }
  return `set -e
mount --make-rprivate /
mkdir -p ${folder}/disk; mount -t tmpfs tmpfs ${folder}/disk
cd ${folder}/disk; mkdir upper work root
mount -t overlay overlay -o lowerdir=/,upperdir=upper,workdir=work root
cp -R ${staged}/. root/
mkdir -p root/opt/castellan; mount --bind ${program} root/opt/castellan
mount -t proc proc root/proc
mount -t sysfs sysfs root/sys
mount -t tmpfs -o mode=755 tmpfs root/run
mount -t tmpfs tmpfs root/tmp
if [ -e /sys/fs/cgroup/cgroup.controllers ]; then mount -t cgroup2 cgroup2 root/sys/fs/cgroup
else
  mount -t tmpfs -o mode=755 tmpfs root/sys/fs/cgroup
  mkdir root/sys/fs/cgroup/systemd; mount -t cgroup -o none,name=systemd cgroup root/sys/fs/cgroup/systemd
fi
mount --rbind /dev root/dev
cd root; mkdir -p .old; pivot_root . .old; umount -l .old
exec env -i container=other PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --system --unit=test.target --log-target=console
`
}

/** The process id, as this machine sees it, of the systemd that `unshare` started. */
async function initOf(child: ChildProcess, output: () => string): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    const found = spawnSync('pgrep', ['-P', String(child.pid), '-x', 'systemd'], { encoding: 'utf8' }).stdout.trim()
    if (found !== '') return Number(found)
    if (child.exitCode !== null) break
    await sleep(100)
  }
  throw new Error(`systemd did not start in namespaces of its own: ${output().trim()}`)
}
