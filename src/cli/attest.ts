import type { Standing } from '../control/posture/standing.ts'
import { CastellanError } from '../kernel/errors.ts'
import { askOperator } from './operator-client.ts'
import { plain, type Terminal, table } from './terminal.ts'

interface Common {
  readonly data: string
  readonly json: boolean
}

/** `attest CLAIM`: confirms a claim, or sets it aside. Throws what the running installation has against it. */
export async function attestClaim(
  claim: string | undefined,
  options: Common & { readonly reason?: string; readonly until?: string; readonly waive: boolean },
  terminal: Terminal,
): Promise<void> {
  const { reason, until, waive } = options
  if (claim === undefined || reason === undefined || until === undefined) {
    throw new CastellanError('attest.usage', 'A claim, --reason and --until are needed.', {
      hint: 'Such as: castellan attest loomio-4 --reason "…" --until 2027-01-31. To see what there is: castellan attest list',
    })
  }
  const standing = await askOperator<Standing>(options.data, 'POST', '/attestations', { claim, reason, until, waive })
  const what = waive ? 'is set aside' : 'is confirmed'
  terminal.line(options.json ? JSON.stringify(told(standing)) : `${claim} ${what} until ${iso(standing.until)}.`)
}

/** `attest list`: everything that was said of claims, with what lapsed or was tampered with. */
export async function listAttestations({ data, json }: Common, terminal: Terminal): Promise<void> {
  const all = await askOperator<Standing[]>(data, 'GET', '/attestations')
  if (json) return terminal.line(JSON.stringify(all.map(told)))
  if (all.length === 0) return terminal.line('Nothing was confirmed or set aside.')
  const rows = all.map(({ claim, kind, validity, until, reason }) => [claim, kind, validity, iso(until), reason])
  for (const line of table([['CLAIM', 'IT IS', 'WHICH IS', 'UNTIL', 'REASON'], ...rows])) terminal.line(line)
}

/** `attest withdraw`: takes it back. Throws `attest.none`. */
export async function withdrawAttestation(claim: string, { data, json }: Common, terminal: Terminal): Promise<void> {
  await askOperator(data, 'POST', '/attestations/withdraw', { claim })
  terminal.line(json ? JSON.stringify({ claim }) : `What was said of ${plain(claim)} is withdrawn.`)
}

function told({ claim, kind, reason, made, until, validity }: Standing) {
  return { claim, kind, reason, made: iso(made), until: iso(until), validity }
}

/** A row that was tampered with may hold any number. */
function iso(time: number): string {
  const date = new Date(time)
  return Number.isNaN(date.getTime()) ? String(time) : date.toISOString()
}
