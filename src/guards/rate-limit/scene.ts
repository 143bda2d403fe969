import type { Sabotage } from '../sabotage.ts'

/** Every request gets a token. */
export const sabotage: Sabotage = {
  edits: [
    {
      file: 'guards/rate-limit/edge.ts',
      from: 'const taken = services.take(scope, keyOf(request), limit)',
      to: 'const taken = true as boolean | Promise<boolean>',
    },
  ],
  breaks: ['rate-limit.per-client'],
}
