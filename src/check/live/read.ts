import { CastellanError, errorText } from '../../kernel/errors.ts'
import { Disk, type Problem } from '../disk.ts'
import { readCaddy } from '../readers/caddy/read.ts'
import { readCompose } from '../readers/compose/read.ts'
import type { Directive } from '../readers/directive.ts'
import { walk } from '../readers/directive.ts'
import { readHost } from '../readers/host/read.ts'
import { readNginx } from '../readers/nginx/read.ts'
import { caddyVariables, proxyMounts } from '../readers/proxy-context.ts'
import { hostPath } from '../readers/proxy-files.ts'
import type { Stack } from '../stack.ts'
import type { Target } from '../targets.ts'
import { wholeFile } from '../text/place.ts'

/** What is asked of the machine itself. */
export interface LiveQuestions {
  /** Path of the engine's socket; undefined: the engine is not asked. */
  readonly dockerSocket: string | undefined
  readonly host: boolean
}

export interface LiveFacts {
  readonly facts: Pick<Stack, 'host' | 'liveDocker' | 'liveHost'>
  readonly problems: readonly Problem[]
  readonly notes: readonly string[]
}

/** Asks the engine and the machine once for all installations. One that does not answer is a problem. */
export async function readLive(
  questions: LiveQuestions,
  targets: readonly Target[],
  { base }: { readonly base: string },
): Promise<LiveFacts> {
  const problems: Problem[] = []
  const notes: string[] = []
  const liveDocker =
    questions.dockerSocket === undefined ? undefined : await askDocker(questions.dockerSocket, problems)
  const liveHost = questions.host ? await askHost(targets, base, questions.dockerSocket) : undefined
  const disk = new Disk(base)
  const host = questions.host ? readHost(disk, '/') : undefined
  for (const { what, reason } of [...(liveDocker?.unknown ?? []), ...(liveHost?.unknown ?? [])])
    notes.push(`not seen: ${what} (${reason})`)
  return { facts: { host, liveDocker, liveHost }, problems: [...problems, ...disk.problems], notes }
}

async function askDocker(socket: string, problems: Problem[]) {
  // Loaded only for those who ask for it.
  const { readDocker } = await import('./docker.ts')
  try {
    return await readDocker(socket)
  } catch (error) {
    if (!(error instanceof CastellanError)) throw error
    problems.push({ at: wholeFile(socket), message: errorText(error) })
    return undefined
  }
}

async function askHost(targets: readonly Target[], base: string, dockerSocket: string | undefined) {
  const { readLiveHost } = await import('./host.ts')
  const volumes = new Set<string>()
  const certificates = new Set<string>()
  for (const target of targets) look(target, base, volumes, certificates)
  return await readLiveHost({
    folders: targets.map(({ folder }) => folder),
    volumes: [...volumes],
    certificates: [...certificates],
    ...(dockerSocket === undefined ? {} : { dockerSocket }),
  })
}

/** What has to be looked at on the machine for this installation; its faults are told when it is checked. */
function look({ folder, composeFiles }: Target, base: string, volumes: Set<string>, certificates: Set<string>): void {
  const disk = new Disk(base)
  const compose = readCompose(disk, folder, composeFiles)
  for (const { mounts } of compose?.services ?? [])
    for (const { kind, source, readOnly } of mounts) if (kind === 'bind' && !readOnly) volumes.add(source)
  const mounts = proxyMounts(compose)
  const nginx = readNginx(disk, folder, mounts).flatMap(({ directives }) => directives)
  const caddy = readCaddy(disk, folder, { mounts, variables: caddyVariables(compose) })
  for (const path of certificatePaths([
    ...nginx,
    ...caddy.flatMap(({ sites }) => sites.flatMap((site) => site.directives)),
  ]))
    certificates.add(hostPath(path, mounts) ?? path)
}

function* certificatePaths(directives: readonly Directive[]): Generator<string> {
  for (const { name, args } of walk(directives)) {
    const path = args[0]?.value ?? ''
    if ((name === 'ssl_certificate' || name === 'tls') && path.startsWith('/')) yield path
  }
}
