import { z } from 'zod'

/**
 * A closed object of castellan.yaml: an unknown key is an error that lists the allowed ones. An absent section takes
 * the defaults of its keys.
 */
export function section<T extends z.core.$ZodLooseShape>(shape: T) {
  const allowed = Object.keys(shape).join(', ')
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `unknown key ${issue.keys.map((key: string) => JSON.stringify(key)).join(', ')}; allowed: ${allowed}`
        : undefined,
  })
}
