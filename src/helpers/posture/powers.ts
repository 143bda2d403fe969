import { readFileSync } from 'node:fs'

/** CAP_DAC_READ_SEARCH: linux/capability.h. */
const READ_ALL = 2
/** CAP_SETPCAP, which the bounding set is made smaller with. */
const SET_CAPABILITIES = 8

/** What the kernel lets this process do. */
export interface Powers {
  /** Reads files whatever their mode. */
  readonly readsAll: boolean
  readonly setsCapabilities: boolean
}

export function powers(): Powers {
  const effective = BigInt(
    `0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0'}`,
  )
  const has = (capability: number) => ((effective >> BigInt(capability)) & 1n) === 1n
  return { readsAll: has(READ_ALL), setsCapabilities: has(SET_CAPABILITIES) }
}

/** What the operator has to know of the process that reads; null when it reads everything and can do nothing else. */
export function readerGap(): string | null {
  if (process.getuid?.() === 0) return 'The helper that looks at the installation runs as root, and could write.'
  if (powers().readsAll) return null
  return 'Files that are closed to the helper are left out: it runs without the right to read every file.'
}
