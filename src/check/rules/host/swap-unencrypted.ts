import { wholeFile } from '../../text/place.ts'
import type { Rule } from '../rule.ts'

export const swapUnencrypted = {
  id: 'host.swap-unencrypted',
  severity: 'low',
  title: 'Memory is swapped to a disk that is not encrypted',
  looksFor: 'dm-crypt below swap partitions and swap files; swap in memory (zram) is fine.',
  why: 'Passwords and keys that programs hold in memory end up on the disk and stay there for years.',
  fix: 'Use zram, or encrypt the swap with a random key at each start (crypttab: "swap /dev/… /dev/urandom swap").',
  bad: {
    'live-host.json':
      '{ "storage": [{ "use": "swap", "path": "/swapfile", "device": "/dev/sda1", "encrypted": false }] }',
  },
  good: {
    'live-host.json':
      '{ "storage": [{ "use": "swap", "path": "/dev/zram0", "device": "/dev/zram0", "encrypted": true }] }',
  },
  applies: ({ liveHost }) => liveHost !== undefined,
  check({ liveHost }, report) {
    for (const { use, path, encrypted } of liveHost!.storage) {
      if (use === 'swap' && encrypted === false)
        report({ at: wholeFile(path), observed: 'swap without encryption', expected: 'zram or encrypted swap' })
    }
  },
} satisfies Rule
