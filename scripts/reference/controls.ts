import { guards } from '../../src/guards/index.ts'
import { code, page, table } from './markdown.ts'

/** The page of all controls: what is promised, and how each is shown to be able to fail. */
export function controlsPage(): string {
  const intro = `What Castellan promises, one control a row. \`castellan prove\` looks at each of them on the running installation. A
proof that holds has a counter-proof: the same probe at a scratch gate where the guard is switched off must come out
broken. Where that can't be, the table says why.`
  return page(
    'Controls',
    intro,
    guards.map(({ id, title, controls }) => {
      const rows = controls.map((control) => [code(control.id), control.promise, control.uncountered ?? 'scratch gate'])
      return `## ${title}\n\nGuard [${code(id)}](../../src/guards/${id}/README.md).\n\n${table(['control', 'promise', 'counter-proof'], rows)}`
    }),
  )
}
