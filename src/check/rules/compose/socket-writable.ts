import type { Rule } from '../rule.ts'
import { service } from './sample.ts'
import { about, merge, servicesOf } from './services.ts'
import { socketMounts } from './socket.ts'

const sample = (mode: string) =>
  service(
    'socket-proxy',
    `image: wollomatic/socket-proxy:1.10.0\nvolumes: ["/var/run/docker.sock:/var/run/docker.sock${mode}"]`,
  )

export const socketWritable = {
  id: 'compose.socket-writable',
  severity: 'low',
  title: "The Docker engine's socket is not mounted read-only",
  looksFor: 'Mounts of the socket without :ro, those of socket proxies included.',
  why: 'The container can delete or replace the socket file. More is not gained by :ro: requests go through it as before, so that only a filter protects the engine.',
  fix: 'Add :ro to the mount, and put a socket proxy in between if there is none.',
  bad: sample(''),
  good: sample(':ro'),
  applies: (stack) => servicesOf(stack).some((one) => socketMounts(one).length > 0),
  check(stack, report) {
    for (const one of servicesOf(stack)) {
      for (const { source, target, readOnly, at } of socketMounts(one)) {
        if (readOnly) continue
        report({
          ...about(one, at),
          observed: `${one.name} has ${source} at ${target}, writable`,
          expected: `${source}:${target}:ro`,
          repair: merge(one, ['volumes'], [`${source}:${target}:ro`]),
        })
      }
    }
  },
} satisfies Rule
