import { join, relative } from 'node:path'
import type { Stack } from '../../stack.ts'

/** How a path below the installation's folder is shown. */
export function shownFrom({ folder, shown }: Stack, path: string): string {
  return join(shown, relative(folder, path))
}
