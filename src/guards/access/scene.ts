import type { Sabotage } from '../sabotage.ts'

/** The rules decide, and nobody listens. Without them a made-up cookie is let in like everybody else. */
export const sabotage: Sabotage = {
  edits: [
    { file: 'guards/access/edge.ts', from: 'if (reason === undefined) return undefined', to: 'return undefined' },
  ],
  breaks: ['access.default-deny', 'access.sign-in', 'access.role', 'access.from', 'sessions.forged'],
}
