import type { Policy } from '../config/policy.ts'
import type { Ticket } from '../kernel/request.ts'
import type { Question, Questions } from '../link/messages.ts'
import type { Sessions } from './services.ts'

/** What control needs to answer its edges. */
export interface EdgeQuestions {
  readonly sessions: Sessions
  policy(): Policy
  /** Resolves when every edge knows all that was told so far. */
  settled(): Promise<void>
  redeemTicket(id: string): Ticket | null
}

/** Answers one question of an edge. */
export async function answerEdge<Q extends Question>(
  ports: EdgeQuestions,
  question: Q,
  ask: Questions[Q]['ask'],
): Promise<Questions[Q]['answer']> {
  const answers: { [K in Question]: (asked: Questions[K]['ask']) => Promise<Questions[K]['answer']> } = {
    redeem: (asked) => redeem(ports, asked),
    ticket: async ({ id }) => ports.redeemTicket(id),
    'end-session': (asked) => endSession(ports, asked),
  }
  return answers[question](ask)
}

/** The answer waits until every edge knows the session, as the browser's next request may reach any of them. */
async function redeem(ports: EdgeQuestions, ask: Questions['redeem']['ask']): Promise<Questions['redeem']['answer']> {
  const redeemed = await ports.sessions.redeemCode(ask)
  if (redeemed === undefined) return null
  await ports.settled()
  const { token, record, returnTo } = redeemed
  const maxAge = Math.max(1, Math.floor(ports.policy().config.sessions.absolute / 1_000))
  return { token, returnTo, maxAge, next: await nextOfGroup(ports, record.id, record.site, returnTo) }
}

/** The sites of a group share a sign-in, one after the other, as cookies that no sibling can plant are host-only. */
async function nextOfGroup(
  { sessions, policy }: EdgeQuestions,
  session: string,
  host: string,
  returnTo: string,
): Promise<string | null> {
  const { sites, origins } = policy()
  const own = sites.findIndex((site) => site.host === host)
  const group = sites[own]?.group
  if (group === undefined) return null
  const list = await sessions.list()
  const parent = list.find(({ id }) => id === session)?.parent
  const signedIn = new Set(list.flatMap((entry) => (entry.parent === parent ? [entry.site] : [])))
  const next = sites.findIndex((site) => site.group === group && !signedIn.has(site.host))
  if (next < 0) return null
  const here = new URL(returnTo, origins[own])
  const to = here.pathname === '/.castellan/continue' ? (here.searchParams.get('to') ?? here.href) : here.href
  return `${origins[next]}/.castellan/start?to=${encodeURIComponent(to)}`
}

/** Signing out of one site ends the sign-in, and with it the sessions of all sites. */
async function endSession(
  { sessions, settled }: EdgeQuestions,
  { id, address }: Questions['end-session']['ask'],
): Promise<boolean> {
  const session = (await sessions.list()).find((entry) => entry.id === id)
  if (session === undefined) return false
  await sessions.end({ id: session.parent }, { id: session.subject, address, agent: '' }, 'signed out')
  await settled()
  return true
}
