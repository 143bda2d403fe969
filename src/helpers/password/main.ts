import { setPriority } from 'node:os'
import { createInterface } from 'node:readline'
import { hashPassword, impossibleHash, verifyPassword } from './argon2.ts'
import type { Answer, Question } from './protocol.ts'
import { scorePassword } from './strength.ts'

// The process that hashes passwords. It has no rights but to read its own code, an empty environment, the lowest
// priority (a flood of sign-ins must not slow the sites), and ends when its parent closes its standard input.

setPriority(19)

const lines = createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })
for await (const line of lines) {
  process.stdout.write(`${JSON.stringify(await answer(line))}\n`)
}

async function answer(line: string): Promise<Answer> {
  try {
    return { result: await work(JSON.parse(line)) }
  } catch (error) {
    // Messages may quote the question, and so the password: JSON.parse does.
    return { failed: error instanceof RangeError ? error.message : `${error instanceof Error ? error.name : 'error'}` }
  }
}

async function work(question: Question) {
  switch (question.op) {
    case 'hash':
      return hashPassword(question.password)
    case 'verify':
      return verifyPassword(question.hash ?? impossibleHash(), question.password)
    case 'score':
      return scorePassword(question.password, question.context)
  }
}
