import type { Rule } from '../rule.ts'
import { downloadUnchecked } from './download-unchecked.ts'
import { endOfLife } from './end-of-life.ts'
import { floatingTag } from './floating-tag.ts'
import { foreign } from './foreign.ts'
import { noDigest } from './no-digest.ts'
import { notMinimal } from './not-minimal.ts'
import { root } from './root.ts'
import { secretInside } from './secret-inside.ts'
import { unsigned } from './unsigned.ts'

/** Rules about images, in the order of the reference. */
export const imageRules: readonly Rule[] = [
  foreign,
  endOfLife,
  floatingTag,
  noDigest,
  notMinimal,
  unsigned,
  root,
  secretInside,
  downloadUnchecked,
]
