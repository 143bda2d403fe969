import type { Located } from '../../text/place.ts'
import type { Tree } from '../../text/tree.ts'
import { entriesOf, itemsOf, textOf } from '../../text/tree.ts'

/** The scalars of a mapping as texts. */
export function textsOf(tree: Tree | undefined): ReadonlyMap<string, string> {
  return new Map([...locatedTexts(tree)].map(([key, { value }]) => [key, value]))
}

/** The scalars of a mapping as texts, with their places. */
export function locatedTexts(tree: Tree | undefined): ReadonlyMap<string, Located<string>> {
  const texts = new Map<string, Located<string>>()
  for (const [key, { value }] of entriesOf(tree)) {
    const text = textOf(value)
    if (text !== undefined) texts.set(key, { value: text, at: value.at })
  }
  return texts
}

/** The scalars of a list as texts, with their places. */
export function textItems(tree: Tree | undefined): readonly Located<string>[] {
  return itemsOf(tree).flatMap((item) => {
    const text = textOf(item)
    return text === undefined ? [] : [{ value: text, at: item.at }]
  })
}
