import type { Disk } from '../../disk.ts'
import type { ReportProblem } from '../../text/yaml.ts'

const told = new WeakMap<Disk, Set<string>>()

/** Problems of a disk, each told once: an env file is read for every service that names it. */
export function reportOnce(disk: Disk): ReportProblem {
  const seen = told.get(disk) ?? new Set<string>()
  told.set(disk, seen)
  return (at, message) => {
    const key = `${at.file}:${at.line}:${at.column}:${message}`
    if (seen.has(key)) return
    seen.add(key)
    disk.problem(at, message)
  }
}
