import type { Sabotage } from '../sabotage.ts'

/** Requests are read as a careless program reads them. */
export const sabotage: Sabotage = {
  edits: [
    {
      file: 'guards/request-form/edge.ts',
      from: 'readMethod(request) ?? readHeaders(request) ?? readHost(request) ?? readTarget(request),',
      to: 'void unjudged(request),',
    },
    { file: 'guards/request-form/edge.ts', from: 'Number(length) > limit', to: 'Number(length) < 0' },
  ],
  breaks: ['request-form.target', 'request-form.headers', 'request-form.method', 'request-form.body-size'],
}
