import type { Address } from '../kernel/address.ts'
import type { GateRequest } from '../kernel/request.ts'
import { isRefusal, type Verdict } from '../kernel/verdict.ts'
import type { Incident, RefusalCount } from '../link/messages.ts'
import { redactTarget } from './redact.ts'

const MINUTE = 60_000
/** Different keys a minute; beyond it refusals are counted without their prefix, so that a flood fills nothing. */
const MAX_KEYS = 2_000
const MAX_INCIDENTS = 10_000

/** Gathers what the audit log must know: refusals of strangers as counts, those of people and privileged access singly. */
export class Reporter {
  private counts = new Map<string, { -readonly [K in keyof RefusalCount]: RefusalCount[K] }>()
  private incidents: Incident[] = []

  report(request: GateRequest, site: string, verdict: Verdict | undefined): void {
    if (request.ticket !== null || (verdict !== undefined && !isRefusal(verdict))) return
    if (request.session === null) {
      if (verdict !== undefined) this.count(verdict.reason.id, site, request)
      return
    }
    if (this.incidents.length >= MAX_INCIDENTS) return
    this.incidents.push({
      reason: verdict?.reason.id ?? 'access.privileged',
      site,
      request: request.id,
      subject: request.session.subject,
      address: request.client.text,
      method: request.method,
      path: redactTarget(request.path),
    })
  }

  /** What was gathered since the last call; undefined when there was nothing. */
  take(): { refusals: RefusalCount[]; incidents: Incident[] } | undefined {
    if (this.counts.size === 0 && this.incidents.length === 0) return undefined
    const taken = { refusals: [...this.counts.values()], incidents: this.incidents }
    this.counts = new Map()
    this.incidents = []
    return taken
  }

  private count(reason: string, site: string, { client, time }: GateRequest): void {
    const minute = time - (time % MINUTE)
    const prefix = this.counts.size < MAX_KEYS ? prefixOf(client) : 'other'
    const key = `${reason} ${site} ${prefix} ${minute}`
    const entry = this.counts.get(key)
    if (entry === undefined) this.counts.set(key, { reason, site, prefix, minute, count: 1 })
    else entry.count += 1
  }
}

function prefixOf({ family, text, words }: Address): string {
  if (family === 4) return `${text.slice(0, text.lastIndexOf('.'))}.0/24`
  const group = (index: number) => ((words[index >> 1]! >>> (index % 2 === 0 ? 16 : 0)) & 0xffff).toString(16)
  return `${group(0)}:${group(1)}:${group(2)}::/48`
}
