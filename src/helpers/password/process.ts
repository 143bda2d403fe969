import { spawn } from 'node:child_process'
import { sep } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { codeFolder, entryPoint, environment } from '../../supervisor/processes.ts'
import type { Answer, Question } from './protocol.ts'

/** The running child, as its parent sees it. One question at a time. */
export interface HelperProcess {
  readonly pid: number | undefined
  /** True once it has ended, or is of no use. */
  readonly dead: boolean
  /** Rejects when the process fails, dies or takes longer than `deadlineMs`, which kills it. */
  ask(question: Question, deadlineMs: number): Promise<unknown>
  /** Closes its standard input and waits for its end. */
  end(): Promise<void>
}

/**
 * Starts the helper with nothing but the right to read its code and its dictionaries. No secret is in its arguments or
 * its environment, where `/proc` would show them. Its standard error is dropped, as an error text could quote a
 * password; the exit code is what is left to report.
 */
export function startHelper(): HelperProcess {
  const child = spawn(process.execPath, [...flags(), entryPoint('helpers/password/main')], {
    env: { ...environment(), UV_THREADPOOL_SIZE: '1' },
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const lines = createInterface({ input: child.stdout, crlfDelay: Number.POSITIVE_INFINITY })
  const ended = Promise.withResolvers<never>()
  ended.promise.catch(() => undefined)
  let dead = false

  function die(error: Error): void {
    dead = true
    ended.reject(error)
  }
  child.once('error', die)
  child.once('exit', (code, signal) => die(new Error(`the password helper ended with ${signal ?? `code ${code}`}`)))
  // EPIPE: `exit` says it better.
  child.stdin.on('error', () => undefined)

  return {
    pid: child.pid,
    get dead() {
      return dead
    },
    async ask(question, deadlineMs) {
      const answered = Promise.withResolvers<string>()
      lines.once('line', answered.resolve)
      // Its end rejects `ended`.
      const deadline = setTimeout(() => child.kill('SIGKILL'), deadlineMs)
      child.stdin.write(`${JSON.stringify(question)}\n`)
      try {
        return resultOf(JSON.parse(await Promise.race([answered.promise, ended.promise])))
      } finally {
        clearTimeout(deadline)
      }
    },
    async end() {
      if (dead) return
      child.stdin.end()
      await ended.promise.catch(() => undefined)
    },
  }
}

function resultOf(answer: Answer): unknown {
  if ('failed' in answer) throw new Error(answer.failed)
  return answer.result
}

function flags(): string[] {
  const packages = fileURLToPath(import.meta.resolve('@zxcvbn-ts/core'))
  const modules = packages.slice(0, packages.lastIndexOf(`${sep}@zxcvbn-ts${sep}`))
  return [
    '--disable-sigusr1',
    '--permission',
    `--allow-fs-read=${codeFolder}`,
    `--allow-fs-read=${modules}`,
    '--max-old-space-size=256',
  ]
}
