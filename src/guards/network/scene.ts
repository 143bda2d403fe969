import type { Sabotage } from '../sabotage.ts'

/** Every client is let in, whatever the lists say. */
export const sabotage: Sabotage = {
  edits: [
    {
      file: 'guards/network/edge.ts',
      from: 'const found = set.find(client)',
      to: 'const found = Number.MAX_SAFE_INTEGER',
    },
  ],
  breaks: ['network.denied', 'network.not-allowed'],
}
