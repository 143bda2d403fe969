import { html } from 'hono/html'
import type { Html } from './parts.ts'

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const

/** How long ago, in words; the exact time (UTC) in the element. Both in ms since the epoch. */
export function ago(at: number, now: number): Html {
  const exact = new Date(at).toISOString()
  const [name, length] = UNITS.find(([, unit]) => now - at >= unit) ?? ['', 0]
  const count = length === 0 ? 0 : Math.floor((now - at) / length)
  const words = length === 0 ? 'just now' : `${count} ${name}${count === 1 ? '' : 's'} ago`
  return html`<time datetime="${exact}" title="${exact.slice(0, 16).replace('T', ' ')} UTC">${words}</time>`
}
