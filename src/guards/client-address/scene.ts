import type { Sabotage } from '../sabotage.ts'

/** The gate believes whatever a request says about its sender. */
export const sabotage: Sabotage = {
  edits: [
    { file: 'guards/client-address/edge.ts', from: '|| trusted.size === 0 || !trusted.has(nearest)', to: '' },
    {
      file: 'guards/client-address/edge.ts',
      from: 'nearestUntrusted(forwarded, trusted, nearest)',
      to: "parseAddress(forwarded.split(',')[0]!.trim())",
    },
  ],
  breaks: ['client-address.forged', 'client-address.trusted'],
}
