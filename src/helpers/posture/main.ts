import { setPriority } from 'node:os'
import { createInterface } from 'node:readline'
import { CastellanError } from '../../kernel/errors.ts'
import { dropPrivileges } from '../../supervisor/drop.ts'
import type { PostureAnswer, PostureBoot, PostureQuestion } from './protocol.ts'
import { hasChanged } from './watch.ts'

// The process that looks at the installation: it reads, answers one question and ends. Its input and output are pipes
// of the supervisor, so that it needs no socket, and its memory is gone with it. src/supervisor/posture.ts starts it.

setPriority(19)
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()

async function nextLine<T>(): Promise<T> {
  const { done, value } = await lines.next()
  if (done === true) process.exit(1)
  return JSON.parse(value) as T
}

async function answer(boot: PostureBoot, question: PostureQuestion): Promise<PostureAnswer> {
  if (question.ask === 'changed') return { changed: hasChanged(question.files) }
  // The rules are loaded only when they are needed.
  const { look } = await import('./look.ts')
  return { look: await look(boot) }
}

/** Messages of others may quote what they were reading. */
function reasonOf(error: unknown): string {
  return error instanceof CastellanError
    ? error.message
    : `the look failed (${error instanceof Error ? error.name : 'error'})`
}

const boot = await nextLine<PostureBoot>()
dropPrivileges(boot.user)
const question = await nextLine<PostureQuestion>()
const told: PostureAnswer = await answer(boot, question).catch((error: unknown) => ({ failed: reasonOf(error) }))
process.stdout.write(`${JSON.stringify(told)}\n`, () => process.exit(0))
