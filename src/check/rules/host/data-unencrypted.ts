import { wholeFile } from '../../text/place.ts'
import type { Rule } from '../rule.ts'

export const dataUnencrypted = {
  id: 'host.data-unencrypted',
  severity: 'medium',
  title: 'The data lies on a disk that is not encrypted',
  looksFor: "dm-crypt (LUKS) below Docker's data, the volumes and the folder of the stack, through LVM and RAID.",
  why: 'A disk that is thrown away, sent back, or copied by the hoster can be read by anybody who gets it.',
  fix: 'Move the data to a LUKS volume, and point the volumes or the data-root of Docker at it. PostgreSQL itself has no encryption of its files.',
  bad: {
    'live-host.json':
      '{ "storage": [{ "use": "docker", "path": "/var/lib/docker", "device": "/dev/sda1", "encrypted": false }] }',
  },
  good: {
    'live-host.json':
      '{ "storage": [{ "use": "docker", "path": "/var/lib/docker", "device": "/dev/mapper/data", "encrypted": true }] }',
  },
  applies: ({ liveHost }) =>
    liveHost?.storage.some(({ use, encrypted }) => use !== 'swap' && encrypted !== undefined) === true,
  check({ liveHost }, report) {
    for (const { use, path, device, encrypted } of liveHost!.storage) {
      if (use === 'swap' || encrypted !== false) continue
      report({ at: wholeFile(path), observed: `on ${device}, with no encryption below it`, expected: 'a LUKS volume' })
    }
  },
} satisfies Rule
