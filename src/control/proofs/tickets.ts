import { randomUUID } from 'node:crypto'
import { ticketText } from '../../edge/tickets.ts'
import type { Ticket } from '../../kernel/request.ts'

/** A ticket that was not used by then is void, in ms. */
const LIFE = 15_000

/** Gives out tickets for probes and takes each of them back once. */
export class TicketBook {
  private readonly key: string
  private readonly issued = new Map<string, Ticket>()

  constructor(key: string) {
    this.key = key
  }

  /** The text for the header of one probe. */
  issue(ticket: Omit<Ticket, 'id'>): string {
    const id = randomUUID()
    this.issued.set(id, { ...ticket, id })
    setTimeout(() => this.issued.delete(id), LIFE).unref()
    return ticketText(id, this.key)
  }

  /** The ticket of this number, the first time that it is asked for; null ever after. */
  redeem = (id: string): Ticket | null => {
    const ticket = this.issued.get(id) ?? null
    this.issued.delete(id)
    return ticket
  }
}
