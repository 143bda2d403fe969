import { Hono } from 'hono'
import { z } from 'zod'
import type { Policy } from '../../config/policy.ts'
import { CastellanError, errorText } from '../../kernel/errors.ts'
import type { Store } from '../../store/database.ts'
import { findPolicy } from '../../store/policies.ts'
import type { ControlBoot } from '../../supervisor/boot.ts'
import type { Attestations } from '../posture/attestations.ts'
import type { Posture } from '../posture/posture.ts'
import type { Prover } from '../proofs/prover.ts'
import type { Accounts, Actor, Sessions } from '../services.ts'
import { addClaimRoutes } from './claims.ts'

export interface OperatorPorts {
  readonly accounts: Accounts
  readonly sessions: Sessions
  readonly prover: Prover
  readonly posture: Posture
  readonly attestations: Attestations
  readonly store: Store
  readonly boot: ControlBoot
  policy(): Policy
  settled(): Promise<void>
  reload(): Promise<void>
}

/** Whoever may open the operator's socket is the operator: its folder's mode is the guard. */
const OPERATOR: Actor = { id: 'operator', address: '', agent: '' }

const newUser = z.strictObject({
  email: z.string().max(320),
  password: z.string().max(4_096).nullable(),
  roles: z.array(z.string().max(64)).max(32),
})
const which = z.union([z.strictObject({ id: z.string().max(64) }), z.strictObject({ all: z.literal(true) })])

/** What the command line asks of a running installation, over its Unix socket. */
export function createOperatorApi(ports: OperatorPorts): Hono {
  const { accounts, sessions, prover, boot } = ports
  const app = new Hono()
  app.get('/status', ({ json }) =>
    json({
      posture: boot.posture,
      policy: ports.policy().version,
      portal: ports.policy().config.portal,
      doors: boot.doors,
    }),
  )
  app.get('/users', async ({ json }) => json(await accounts.list()))
  app.post('/users', async ({ req, json }) => {
    const { email, password, roles } = newUser.parse(await req.json())
    return json(await accounts.add(email, password ?? undefined, roles, OPERATOR))
  })
  app.get('/sessions', async ({ json }) => json(await sessions.list()))
  app.post('/sessions/end', async ({ req, json }) => {
    const wanted = which.parse(await req.json())
    const ended = await sessions.end('all' in wanted ? 'all' : wanted, OPERATOR, 'revoked by the operator')
    await ports.settled()
    return json({ ended })
  })
  app.post('/prove', async ({ json }) => json(await prover.run()))
  addClaimRoutes(app, ports.posture, ports.attestations)
  app.post('/reload', async ({ json }) => {
    await ports.reload()
    return json({ policy: ports.policy().version })
  })
  app.get('/policy', ({ json }) => json(ports.policy()))
  app.get('/policy/:version', async ({ req, json }) =>
    json((await findPolicy(ports.store, req.param('version'))) ?? null),
  )
  app.notFound(({ json }) =>
    json({ code: 'operator.unknown', message: 'The running Castellan does not know this command.' }, 404),
  )
  app.onError((error, { json }) => {
    if (error instanceof CastellanError)
      return json({ code: error.code, message: error.message, hint: error.hint ?? null }, 409)
    const status = error instanceof z.ZodError ? 400 : 500
    return json(
      { code: status === 400 ? 'operator.form' : 'operator.fault', message: errorText(error), hint: null },
      status,
    )
  })
  return app
}
