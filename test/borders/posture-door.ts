/**
 * Asks the posture helper once, through the same door as control, and prints its answer: started by root it stands for
 * the supervisor. Arguments: folder of the program, and JSON of what follows.
 */
import { connect } from 'node:net'
import { join } from 'node:path'
import type { PostureConfig } from '../../src/config/posture-schema.ts'
import type { User } from '../../src/supervisor/boot.ts'

export interface DoorQuestion {
  readonly socket: string
  readonly user: User | null
  readonly settings: PostureConfig
}

const [program = '', question = ''] = process.argv.slice(2)
const { openPostureDoor, postureGap } = (await import(
  join(program, 'src/supervisor/posture.ts')
)) as typeof import('../../src/supervisor/posture.ts')
const { socket, user, settings } = JSON.parse(question) as DoorQuestion
const door = await openPostureDoor({ path: socket, user, settings: () => settings })
let answer = ''
const asking = connect(socket, () => asking.write('{"ask":"look"}\n'))
asking.on('data', (chunk) => {
  answer += chunk
})
asking.on('close', () => {
  process.stdout.write(JSON.stringify({ gap: postureGap(settings, user) ?? null, answer: answer.trim() }))
  door.close()
})
