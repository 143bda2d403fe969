import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readlinkSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ensureDebian } from '../../helpers/packages.ts'

/** A Docker engine of the test's own: its data, its socket, no bridge and no firewall rules. */
export interface Engine extends AsyncDisposable {
  docker(...args: string[]): string
  /** `docker-compose` in a folder. */
  compose(folder: string, ...args: string[]): string
}

/** Starts `dockerd`. Throws one line that says what is missing when it does not come up. */
export async function startEngine(): Promise<Engine> {
  const dockerd = ensureDebian('dockerd', 'docker.io')
  const docker = ensureDebian('docker', 'docker.io')
  const compose = ensureDebian('docker-compose', 'docker-compose')
  const folder = mkdtempSync(join(tmpdir(), 'castellan-docker-'))
  const host = `unix://${folder}/docker.sock`
  const options = ['--data-root', `${folder}/data`, '--exec-root', `${folder}/exec`, '--pidfile', `${folder}/pid`]
  const child = spawn(dockerd, [...options, '-H', host, '--bridge=none', '--iptables=false', '--ip6tables=false'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let log = ''
  child.stderr.on('data', (chunk: Buffer) => {
    log = (log + chunk.toString()).slice(-4_000)
  })
  // Debian's engine speaks an older version of the protocol than newer clients, which find that out by themselves.
  const env = { ...process.env, DOCKER_HOST: host, DOCKER_BUILDKIT: '0', COMPOSE_ANSI: 'never' }
  const run = (command: string, args: readonly string[], cwd?: string) => {
    const done = spawnSync(command, args, {
      env,
      encoding: 'utf8',
      timeout: 300_000,
      ...(cwd === undefined ? {} : { cwd }),
    })
    if (done.status === 0) return done.stdout
    throw new Error(`${command} ${args.join(' ')}: ${done.stderr || done.stdout || done.error?.message}`)
  }
  const engine: Engine = {
    docker: (...args) => run(docker, args),
    compose: (cwd, ...args) => run(compose, args, cwd),
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null) {
        const gone = once(child, 'exit')
        child.kill('SIGTERM')
        await gone
      }
      // What the engine left mounted, such as the network namespaces of its containers.
      const mounts = readFileSync('/proc/self/mounts', 'utf8')
        .split('\n')
        .map((line) => line.split(' ')[1] ?? '')
      for (const place of mounts.filter((mount) => mount.startsWith(`${folder}/`)).reverse())
        spawnSync('umount', [place])
      rmSync(folder, { recursive: true, force: true })
    },
  }
  for (let tries = 0; tries < 150 && child.exitCode === null; tries++) {
    if (spawnSync(docker, ['version'], { env }).status === 0) return engine
    await sleep(200)
  }
  await engine[Symbol.asyncDispose]()
  throw new Error(`Docker's engine does not start here: ${log.trim().split('\n').at(-1)}`)
}

/**
 * What the Dockerfile starts from, as far as the program needs it: a shell, a few commands and the C library, made of
 * this machine's files and imported under the name of the real image, which can't be fetched without a registry.
 */
export function importBase(engine: Engine, node: string, name: string): void {
  const root = mkdtempSync(join(tmpdir(), 'castellan-base-'))
  try {
    for (const folder of ['usr/bin', 'usr/lib', 'usr/lib64', 'etc', 'tmp', 'run', 'var/lib', 'opt'])
      mkdirSync(join(root, folder), { recursive: true })
    for (const link of ['bin', 'lib', 'lib64']) symlinkSync(`usr/${link}`, join(root, link))
    for (const file of ['/etc/passwd', '/etc/group', '/etc/nsswitch.conf']) cpSync(file, join(root, file))
    const programs = ['sh', 'readlink', 'dirname', 'uname', 'cat', 'ls', 'find'].map((command) =>
      ensureDebian(command, 'coreutils'),
    )
    for (const file of new Set([...programs, ...[...programs, node].flatMap(libraries)])) copyWithLinks(file, root)
    const archive = join(root, '..', `${name.replace(/\W/g, '-')}-${process.pid}.tar`)
    execFileSync('tar', ['-C', root, '-cf', archive, '.'])
    engine.docker('import', archive, name)
    rmSync(archive)
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

/** Every library that the loader takes for a program, and the loader. */
function libraries(program: string): string[] {
  const listed = execFileSync('ldd', [program], { encoding: 'utf8' })
  return [...listed.matchAll(/(\/\S+)/g)].map(([path]) => path)
}

/** Copies a file to where its path leads, and the link that leads to it under its own name. */
function copyWithLinks(file: string, root: string): void {
  const real = realpathSync(file)
  mkdirSync(join(root, dirname(real)), { recursive: true })
  cpSync(real, join(root, real))
  const place = join(realpathSync(dirname(file)), file.split('/').at(-1)!)
  if (place === real) return
  mkdirSync(join(root, dirname(place)), { recursive: true })
  symlinkSync(readlinkSync(place).startsWith('/') ? real : readlinkSync(place), join(root, place))
}
