import type { Guide } from '../../check/guide/guide.ts'
import { CastellanError } from '../../kernel/errors.ts'

/** The claims of a guide; its reader is loaded when it is first asked for. Throws `check.unknown-name`. */
export async function guideNamed(name: string): Promise<Guide> {
  const { loadGuide } = await import('../../check/guide/load.ts')
  return loadGuide(name)
}

/** The claim `loomio-12`. Throws `attest.unknown-claim`. */
export async function claimNamed(id: string) {
  const name = /^([a-z][a-z0-9-]*)-[0-9]+$/.exec(id)?.[1] ?? ''
  const guide = await guideNamed(name).catch((error: unknown) => {
    if (error instanceof CastellanError && error.code === 'check.unknown-name') return undefined
    throw error
  })
  const claim = guide?.claims.find((one) => one.id === id)
  if (claim !== undefined) return claim
  throw new CastellanError('attest.unknown-claim', `There is no claim ${JSON.stringify(id.slice(0, 80))}.`, {
    hint: '`castellan prove NAME` lists the claims of a guide.',
  })
}
