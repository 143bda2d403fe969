import type { Sabotage } from '../sabotage.ts'

/** Answers go out as the application made them. */
export const sabotage: Sabotage = {
  edits: [
    {
      file: 'guards/headers/edge.ts',
      from: 'return (_request, list) => {',
      to: 'return (_request, list) => {\n    if (list.length > 0) return',
    },
  ],
  breaks: ['headers.added', 'headers.removed'],
}
