import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/**
 * For tests alone. Runs a script that writes one line for each thing that was acknowledged to it, kills it with SIGKILL
 * once it has written `lines` of them, and gives back all that it wrote. The script must not end by itself.
 */
export async function killAfter(script: string, folder: string, lines: number): Promise<string[]> {
  const child = spawn(process.execPath, [script, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'close')
  const acknowledged: string[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    if (acknowledged.push(line) === lines) child.kill('SIGKILL')
  }
  const [, signal] = await ended
  if (signal !== 'SIGKILL') throw new Error(`the script ended by itself after ${acknowledged.length} lines`)
  return acknowledged
}
