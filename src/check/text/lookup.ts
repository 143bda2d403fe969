/**
 * The entry of a table for a name that stands in a file. What every object has besides its own (`constructor`,
 * `toString`, `__proto__`) is no entry, whatever the file says.
 */
export function lookUp<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined
}
