import type { Hono } from 'hono'
import { z } from 'zod'
import type { Attestations } from '../posture/attestations.ts'
import type { Posture } from '../posture/posture.ts'

const claim = z.string().max(100)
const statement = z.strictObject({
  claim,
  reason: z.string().max(4_096),
  until: z.string().max(64),
  waive: z.boolean(),
})

/** What the command line asks about claims of guides. */
export function addClaimRoutes(app: Hono, posture: Posture, attestations: Attestations): void {
  app.post('/prove/:guide', async ({ req, json }) => json(await posture.prove(req.param('guide'))))
  app.get('/attestations', async ({ json }) => json(await attestations.list()))
  app.post('/attestations', async ({ req, json }) => json(await attestations.add(statement.parse(await req.json()))))
  app.post('/attestations/withdraw', async ({ req, json }) => {
    await attestations.withdraw(z.strictObject({ claim }).parse(await req.json()).claim)
    return json({})
  })
}
