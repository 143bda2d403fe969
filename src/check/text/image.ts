import type { Image } from '../readers/compose/types.ts'

/**
 * Takes an image reference apart as the container engines do: `registry/repository:tag@digest`, where the first part is
 * a registry only when it has a dot or a port, or is `localhost`; without one it is Docker Hub. Never fails: of a text
 * that is no reference, `text` is the part to show.
 * Source: the grammar of github.com/distribution/reference.
 */
export function parseImage(text: string): Image {
  const written = text.trim()
  const [name = '', digest] = splitAt(written, written.indexOf('@'))
  const colon = name.lastIndexOf(':')
  const [path = '', tag] = splitAt(name, colon > name.lastIndexOf('/') ? colon : -1)
  const { registry, repository } = registryOf(path)
  return { text: written, registry, repository, tag, digest }
}

/**
 * Why the image can change below the same name, or undefined when it is fixed by a digest or by a tag of at least two
 * numbers (`16.4`, `v1.2.3-alpine`, `2024-05-01`, a commit).
 */
export function floatingTag(image: Image): string | undefined {
  if (image.digest !== undefined) return undefined
  if (image.tag === undefined) return 'no tag, which means latest'
  if (isFixedTag(image.tag)) return undefined
  return /^v?\d+([.-]?[a-z]+)?$/i.test(image.tag)
    ? `the tag ${image.tag}, which names a major version only`
    : `the tag ${image.tag}, which names no version`
}

function isFixedTag(tag: string): boolean {
  return /\d+[._-]\d+/.test(tag) || /(^|[-_.])[0-9a-f]{7,64}$/.test(tag)
}

function registryOf(path: string): { registry: string; repository: string } {
  const [first = '', rest] = splitAt(path, path.indexOf('/'))
  if (rest === undefined) return { registry: 'docker.io', repository: `library/${first}` }
  if (!/[.:]/.test(first) && first !== 'localhost') return { registry: 'docker.io', repository: path }
  if (first !== 'docker.io' && first !== 'index.docker.io') return { registry: first, repository: rest }
  return { registry: 'docker.io', repository: rest.includes('/') ? rest : `library/${rest}` }
}

function splitAt(text: string, index: number): [string, string?] {
  return index === -1 ? [text] : [text.slice(0, index), text.slice(index + 1)]
}
