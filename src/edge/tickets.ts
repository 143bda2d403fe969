import { createHmac, timingSafeEqual } from 'node:crypto'
import type { GateRequest, Ticket } from '../kernel/request.ts'

/** Redeems the number of a ticket at control, which gives it out once. */
export type RedeemTicket = (id: string) => Promise<Ticket | null>

/** The text of a ticket: its number and a MAC that only control and edges can make. */
export function ticketText(id: string, key: string): string {
  return `${id}.${mac(id, key)}`
}

/**
 * Reads the ticket of a probe: from this host only, with a right MAC, once. Null for every other request, which then is
 * treated like any stranger's; a ticket never grants access to an application.
 */
export async function readTicket(request: GateRequest, key: string, redeem: RedeemTicket): Promise<Ticket | null> {
  const text = request.headers.get('castellan-ticket') ?? ''
  const [id = '', given = ''] = text.split('.', 2)
  if (!request.local || key === '' || !sameText(given, mac(id, key))) return null
  return redeem(id)
}

function mac(id: string, key: string): string {
  return createHmac('sha256', key).update(id).digest('base64url')
}

function sameText(one: string, other: string): boolean {
  const left = Buffer.from(one)
  const right = Buffer.from(other)
  return left.length === right.length && timingSafeEqual(left, right)
}
