/** Patch files for what has no file beside it that overrides it. */
import { relative } from 'node:path'
import { FILE_HEADERS_ONLY, formatPatch, structuredPatch } from 'diff'

export interface ChangedFile {
  /** Absolute. */
  readonly path: string
  readonly before: string
  readonly after: string
}

/** A unified diff for `patch -p1` in `folder`; `header`: lines before the first file, which patch passes over. */
export function patchText(folder: string, files: readonly ChangedFile[], header: readonly string[]): string {
  const patches = files.map(({ path, before, after }) => {
    const name = relative(folder, path)
    return formatPatch(
      structuredPatch(before === '' ? '/dev/null' : `a/${name}`, `b/${name}`, before, after, undefined, undefined, {
        context: 3,
      }),
      FILE_HEADERS_ONLY,
    )
  })
  return `${header.map((line) => `# ${line}\n`).join('')}${patches.join('')}`
}
