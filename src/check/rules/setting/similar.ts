import type { Profile, Setting } from '../../profile/profile.ts'
import type { Stack } from '../../stack.ts'
import { settingOf } from './known.ts'

/** Letters; in shorter names one letter makes another word. */
const SHORTEST = 8
/** From this length on, two letters may differ. */
const LONG = 16

/** The known setting of which a name is a misspelling, or undefined. A name that is known is none. */
export function nearest(stack: Stack, name: string): string | undefined {
  const isKnown = settingOf(stack, name) ?? settingOf(stack, name.replace(/_FILE$/, ''))
  if (name.length < SHORTEST || isKnown !== undefined) return undefined
  if (stack.profile.unread.some((one) => one.name === name)) return undefined
  return similar(stack.profile, name)[0]?.setting.name
}

/** The other spelling of a known setting that other versions of the application read, or undefined. */
export function twinOf(stack: Stack, name: string): Setting | undefined {
  if (name.length < LONG || settingOf(stack, name) === undefined) return undefined
  return similar(stack.profile, name).find(({ distance }) => distance === 1)?.setting
}

interface Similar {
  readonly setting: Setting
  readonly distance: number
}

/** Many installations have the same profile and the same names. */
const found = new WeakMap<Profile, Map<string, readonly Similar[]>>()

/** The nearest one first. */
function similar(profile: Profile, name: string): readonly Similar[] {
  const known = found.get(profile) ?? new Map<string, readonly Similar[]>()
  found.set(profile, known)
  const before = known.get(name)
  if (before !== undefined) return before
  const all = profile.settings.flatMap((setting) => {
    const distance = misspelling(name, setting.name)
    return distance === undefined ? [] : [{ setting, distance }]
  })
  all.sort((a, b) => a.distance - b.distance)
  known.set(name, all)
  return all
}

/**
 * How many letters were left out, added or swapped: 1, or 2 in long names; undefined when they are different words. Two
 * replaced letters make another word (HOST, PORT), and so does a digit.
 */
export function misspelling(name: string, other: string): number | undefined {
  const most = Math.min(name.length, other.length) >= LONG ? 2 : 1
  if (name === other || Math.abs(name.length - other.length) > most || lettersApart(name, other) > 2 * most)
    return undefined
  if (name.replace(/\d/g, '') === other.replace(/\d/g, '')) return undefined
  const distance = editDistance(name, other)
  if (distance > most) return undefined
  const isReplaced = distance === 2 && name.length === other.length && lettersApart(name, other) > 0
  return isReplaced ? undefined : distance
}

/** How many letters one has that the other has not, both ways: an edit changes it by two at most. */
function lettersApart(a: string, b: string): number {
  const counts = new Int16Array(128)
  for (let i = 0; i < a.length; i++) counts[a.charCodeAt(i) & 127]! += 1
  for (let i = 0; i < b.length; i++) counts[b.charCodeAt(i) & 127]! -= 1
  return counts.reduce((sum, count) => sum + Math.abs(count), 0)
}

/** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1
      let value = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + cost)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) value = Math.min(value, before[j - 2]! + 1)
      row.push(value)
    }
    before = last
    last = row
  }
  return last[b.length]!
}
