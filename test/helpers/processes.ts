import { readdirSync, readFileSync } from 'node:fs'

/** The children of an installation's supervisor: entry point (`edge/main`, `control/main`) and process id. */
export function processesOf(supervisor: number): { readonly role: string; readonly pid: number }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'latin1')
        const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
        const role = /(\w+\/(?:\w+\/)?main)\.[jt]s/.exec(readFileSync(`/proc/${name}/cmdline`, 'latin1'))?.[1]
        return parent === supervisor && role !== undefined
          ? [{ role: role.replace(/^(src|dist)\//, ''), pid: Number(name) }]
          : []
      } catch {
        return [] // it ended just now
      }
    })
    .sort((one, other) => one.pid - other.pid)
}

/** Process ids of the edges. */
export function edgesOf(supervisor: number): number[] {
  return processesOf(supervisor).flatMap(({ role, pid }) => (role === 'edge/main' ? [pid] : []))
}
