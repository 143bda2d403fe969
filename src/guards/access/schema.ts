import { z } from 'zod'
import { section } from '../../kernel/section.ts'
import { network } from '../../kernel/units.ts'

const role = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, 'allowed: lower-case letters, digits and "-", at most 64')
const value = z.string().max(1_024)
const oneOrMore = <T extends z.ZodType>(item: T) =>
  z.union([item, z.array(item).min(1).max(100)]).transform((found) => (Array.isArray(found) ? found : [found]))
const parameters = z.record(z.string().min(1).max(256), oneOrMore(value))

/** Who may: everybody, anybody signed in, nobody, or people with a role or from a network. */
const grant = z.union([
  z.enum(['public', 'signed-in', 'nobody']),
  section({
    role: oneOrMore(role).optional().describe('One of these roles is needed; implies a session.'),
    from: z.array(network).min(1).max(10_000).optional().describe('The client address must lie in one of these.'),
  }).refine(
    ({ role, from }) => role !== undefined || from !== undefined,
    'allows everybody as it stands; name role or from, or write public',
  ),
])

const rule = section({
  path: z.string().max(2_048).default('/').describe('Prefix of whole segments; * stands for one segment.'),
  methods: z
    .array(z.string().regex(/^[A-Z][A-Z-]{0,31}$/, 'allowed: upper-case method names'))
    .min(1)
    .max(50)
    .optional()
    .describe('Methods that the rule is about; all when left out.'),
  parameters: parameters
    .optional()
    .describe('Keys of the query, or of a form or JSON body, and the values that the rule is about.'),
  allow: grant.describe('public, signed-in, nobody, or { role, from }.'),
})

export type AccessRule = z.output<typeof rule>

/** Part of a site in castellan.yaml. */
export const accessShape = {
  access: z
    .array(rule)
    .max(10_000)
    .default([])
    .describe('Who may do what: the first rule that matches decides, and no match means no.'),
  group: z
    .string()
    .regex(/^[a-z0-9-]{1,63}$/, 'allowed: lower-case letters, digits and "-"')
    .optional()
    .describe('Sites of one group share a sign-in, and their pages may call each other.'),
}
