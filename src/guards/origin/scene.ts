import type { Sabotage } from '../sabotage.ts'

/** Every page may write in the name of a signed-in person. */
export const sabotage: Sabotage = {
  edits: [{ file: 'guards/origin/edge.ts', from: 'if (!request.ambient) return undefined', to: 'return undefined' }],
  breaks: ['origin.cross-site'],
}
