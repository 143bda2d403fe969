import type { ToControl } from '../link/messages.ts'
import type { AuditTrail } from './services.ts'

type Report = Extract<ToControl, { type: 'report' }>

/** Writes down what edges refused, and who went where only some may go. */
export async function recordReport(trail: AuditTrail, { refusals, incidents }: Report): Promise<void> {
  await trail.append([
    ...refusals.map(({ reason, site, prefix, minute, count }) => ({
      event: 'request.refused',
      actor: 'stranger',
      site,
      data: { reason, prefix, minute: new Date(minute).toISOString(), count },
    })),
    ...incidents.map(({ reason, site, request, subject, address, method, path }) => ({
      event: reason === 'access.privileged' ? 'access.privileged' : 'request.refused',
      actor: subject,
      site,
      data: { reason, request, method },
      subject,
      personal: { address, path },
    })),
  ])
}
