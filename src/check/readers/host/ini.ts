import type { TextFile } from '../../disk.ts'
import type { Located, Place } from '../../text/place.ts'
import { linesOf } from './lines.ts'

export interface IniSection {
  readonly name: string
  readonly at: Place
  /** Names in lower case; the last value of a name, as Python's configparser has it. */
  readonly values: ReadonlyMap<string, Located<string>>
}

interface Reading {
  readonly name: string
  readonly at: Place
  readonly values: Map<string, { readonly at: Place; readonly lines: string[] }>
}

/** Sections of an ini file with continuation lines, as fail2ban and dnf read it. */
export function readIni(file: TextFile): readonly IniSection[] {
  const sections: Reading[] = []
  let last: string[] | undefined
  for (const { text, at, indented } of linesOf(file, /^[#;]/)) {
    const header = /^\[([^\]]+)\]/.exec(text)
    const split = text.search(/[=:]/)
    if (header !== null) {
      sections.push({ name: header[1]!.trim(), at, values: new Map() })
      last = undefined
    } else if (indented && last !== undefined) last.push(text)
    else if (split > 0 && sections.length > 0) {
      last = [
        text
          .slice(split + 1)
          .replace(/\s[;#].*$/, '')
          .trim(),
      ]
      sections.at(-1)!.values.set(text.slice(0, split).trim().toLowerCase(), { at, lines: last })
    }
  }
  return sections.map(({ name, at, values }) => {
    const joined = [...values].map(
      ([key, value]) => [key, { value: value.lines.join('\n').trim(), at: value.at }] as const,
    )
    return { name, at, values: new Map(joined) }
  })
}

const TRUE: ReadonlySet<string> = new Set(['1', 'yes', 'true', 'on'])

/** A truth value as configparser reads it. */
export function isTrue(text: string): boolean {
  return TRUE.has(text.trim().toLowerCase())
}
