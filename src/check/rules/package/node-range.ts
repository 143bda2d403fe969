import { lookUp } from '../../text/lookup.ts'

/** Code names of versions with long-term support, as nvm takes them (`lts/erbium`). */
const LTS: Readonly<Record<string, number>> = {
  argon: 4,
  boron: 6,
  carbon: 8,
  dubnium: 10,
  erbium: 12,
  fermium: 14,
  gallium: 16,
  hydrogen: 18,
  iron: 20,
  jod: 22,
  krypton: 24,
}

/**
 * The newest major version that a version or a range of npm allows (docs: node-semver); undefined when it allows any
 * newer one, or when it can't be known (`node`, `lts/*`).
 */
export function newestMajor(range: string): number | undefined {
  let newest: number | undefined
  for (const part of range.slice(0, 200).split('||')) {
    const major = newestOf(part.trim().toLowerCase())
    if (major === undefined) return undefined
    newest = Math.max(newest ?? 0, major)
  }
  return newest
}

/** Of the comparators that stand beside each other, the tightest one holds. */
function newestOf(range: string): number | undefined {
  const lts = /^lts\/([a-z]+)$/.exec(range)?.[1]
  if (lts !== undefined) return lookUp(LTS, lts)
  const hyphen = /\S\s+-\s+v?(\d+)/.exec(range)?.[1]
  if (hyphen !== undefined) return Number(hyphen)
  let newest: number | undefined
  for (const [, operator, major, rest = ''] of range.matchAll(
    /(>=|<=|[<>^~=])?\s*v?(\d{1,4})((?:\.[\dx*]+)*)[\w.+-]*/g,
  )) {
    if (operator === '>=' || operator === '>') continue
    const whole = operator === '<' && !/[1-9]/.test(rest)
    const upper = whole ? Number(major) - 1 : Number(major)
    newest = newest === undefined ? upper : Math.min(newest, upper)
  }
  return newest
}
