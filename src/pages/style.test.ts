import assert from 'node:assert/strict'
import { test } from 'node:test'
import { STYLE } from './style.ts'

const [light = '', dark = ''] = STYLE.split('prefers-color-scheme: dark')

/** Pairs that stand on each other, with the least contrast of WCAG 2.2: 4.5 for text (1.4.3), 3 for edges (1.4.11). */
const PAIRS: [front: string, back: string, least: number][] = [
  ['text', 'ground', 4.5],
  ['text', 'card', 4.5],
  ['quiet', 'ground', 4.5],
  ['quiet', 'card', 4.5],
  ['accent', 'card', 4.5],
  ['accent-strong', 'tint', 4.5],
  ['on-accent', 'accent', 4.5],
  ['on-accent', 'accent-strong', 4.5],
  ['bad', 'bad-tint', 4.5],
  ['good', 'good-tint', 4.5],
  ['bad', 'card', 3],
  ['edge', 'ground', 3],
  ['edge', 'card', 3],
  ['ring', 'ground', 3],
  ['ring', 'card', 3],
]

for (const [scheme, text] of Object.entries({ light, dark })) {
  test(`every ${scheme} colour stands out from what is behind it`, () => {
    for (const [front, back, least] of PAIRS) {
      const found = contrast(color(text, front), color(text, back))
      assert.ok(found >= least, `${front} on ${back}: ${found.toFixed(2)}`)
    }
  })
}

function color(text: string, name: string): string {
  const hex = new RegExp(`--${name}: #([0-9a-f]{3,6});`).exec(text)?.[1] ?? ''
  return hex.length === 3 ? hex.replace(/./g, '$&$&') : hex
}

/** WCAG 2.2, "contrast ratio". */
function contrast(a: string, b: string): number {
  const [dim = 0, bright = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y)
  return (bright + 0.05) / (dim + 0.05)
}

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = hex.match(/../g)!.map((part) => {
    const share = Number.parseInt(part, 16) / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
