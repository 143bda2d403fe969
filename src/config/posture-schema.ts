import { z } from 'zod'
import { section } from '../kernel/section.ts'
import { duration } from '../kernel/units.ts'

/** The key `posture` of castellan.yaml. */
export const postureSchema = section({
  guide: z
    .string()
    .max(64)
    .regex(/^[a-z][a-z0-9-]*$/, 'allowed: the name of a guide, such as loomio')
    .describe('Name of the guide whose claims are watched; the same name chooses what is known of the application.'),
  folder: z.string().min(1).max(4_096).describe('Folder of the installation: where its Compose file or manifests lie.'),
  docker: z
    .boolean()
    .default(false)
    .describe('Ask the Docker engine what really runs. Who may ask it may command it, so the helper is then trusted.'),
  host: z.boolean().default(false).describe('Look at this machine too, with the tools that it has for that.'),
  every: duration
    .default(3_600_000)
    .describe('How often everything is looked at, 10s to 7d; files that change are seen within a minute.'),
})

export type PostureConfig = z.output<typeof postureSchema>
