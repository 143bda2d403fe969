import type { Sample } from '../rule.ts'

/** A Compose file with one service, `web`, which is built from an application's image. */
export function web(lines: string, more = ''): Sample {
  return service('web', `image: registry.example.org/shop/web:1.4.2\n${lines}`, more)
}

/** A Compose file with one service of these lines. */
export function service(name: string, lines: string, more = ''): Sample {
  return project(`services:\n  ${name}:\n${indented(lines, 4)}${more}`)
}

/** A Compose file with a database, and an application that asks for it. */
export function shop(lines: { readonly web?: string; readonly db?: string; readonly more?: string }): Sample {
  const text = `services:
  web:
    image: registry.example.org/shop/web:1.4.2
    depends_on: [db]
${indented(lines.web ?? '', 4)}  db:
    image: postgres:17.2
${indented(lines.db ?? '', 4)}${lines.more ?? ''}`
  return project(text)
}

export function project(text: string): Sample {
  return { 'compose.yaml': text.endsWith('\n') ? text : `${text}\n` }
}

function indented(text: string, spaces: number): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  return lines.map((line) => `${' '.repeat(spaces)}${line}\n`).join('')
}
