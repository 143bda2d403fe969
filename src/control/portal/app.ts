import { Hono } from 'hono'
import { CastellanError } from '../../kernel/errors.ts'
import { getAccount, getSignOut, postEndSession, postPassword, postSignOut } from './account.ts'
import { redirect, showPage } from './answers.ts'
import { complaintOf } from './errors.ts'
import { messagePage } from './pages/message.ts'
import type { PortalPorts } from './ports.ts'
import { demandHost, demandSameOrigin } from './same-origin.ts'
import { getSetup, postSetup } from './setup.ts'
import { getSignIn, postSignIn } from './sign-in.ts'
import { type Handler, readVisit, requestId } from './visit.ts'

/** Every address of the portal. Each POST is a write: it is taken from a page of the portal only. */
const ROUTES: Readonly<Record<string, { readonly GET?: Handler; readonly POST?: Handler }>> = {
  '/': { GET: ({ signedIn }) => redirect(signedIn === undefined ? '/sign-in' : '/account') },
  '/sign-in': { GET: getSignIn, POST: postSignIn },
  '/sign-out': { GET: getSignOut, POST: postSignOut },
  '/setup': { GET: getSetup, POST: postSetup },
  '/account': { GET: getAccount },
  '/account/password': { POST: postPassword },
  '/account/sessions/end': { POST: postEndSession },
}

/**
 * The portal: sign-in, setup and self-service, as pages without scripts. It is to be reached through an edge alone,
 * which owns `x-forwarded-for`, `x-forwarded-host` and `x-request-id`.
 */
export function createPortal(ports: PortalPorts): Hono {
  const app = new Hono()
  app.all('*', ({ req }) => answer(req.raw, ports))
  app.onError((error, { req }) => failure(error, req.raw, ports))
  return app
}

async function answer(request: Request, ports: PortalPorts): Promise<Response> {
  const policy = ports.policy()
  demandHost(request.headers, policy.portal)
  const { pathname } = new URL(request.url)
  const route = Object.hasOwn(ROUTES, pathname) ? ROUTES[pathname] : undefined
  if (route === undefined) throw new CastellanError('portal.missing', 'There is no such page.')
  const reads = request.method === 'GET' || request.method === 'HEAD'
  const handler = reads ? route.GET : request.method === 'POST' ? route.POST : undefined
  if (handler === undefined) throw new CastellanError('portal.method', 'This page can’t be asked in this way.')
  if (!reads) demandSameOrigin(request.headers, policy.portal)
  return handler(await readVisit(request, policy, ports), ports)
}

function failure(error: unknown, request: Request, ports: PortalPorts): Response {
  const { status, complaint, headers, unexpected } = complaintOf(error)
  const id = requestId(request)
  if (unexpected) ports.log(error, id)
  const place = new URL(ports.policy().portal).host
  return showPage(messagePage({ place, requestId: id, ...complaint }), { status, headers })
}
