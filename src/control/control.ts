import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { Policy } from '../config/policy.ts'
import { createAccounts } from '../guards/accounts/control.ts'
import { createThrottle } from '../guards/accounts/throttle.ts'
import { createSessions } from '../guards/sessions/control.ts'
import { createHasher } from '../helpers/password/hasher.ts'
import { systemClock } from '../kernel/clock.ts'
import { CastellanError, errorText } from '../kernel/errors.ts'
import { LinkServer } from '../link/server.ts'
import { openStore } from '../store/database.ts'
import { createOutbox } from '../store/outbox.ts'
import { keepPolicy } from '../store/policies.ts'
import type { ControlBoot, Listening } from '../supervisor/boot.ts'
import { lastPolicyFile, runFolders } from '../supervisor/folders.ts'
import { openAuditTrail } from './audit-trail.ts'
import { answerEdge } from './edge-questions.ts'
import { recordReport } from './edge-reports.ts'
import { openLastPolicyFile } from './last-policy.ts'
import { createOperatorApi } from './operator/api.ts'
import { createPortal } from './portal/app.ts'
import { portalPolicy } from './portal-policy.ts'
import { createAttestations } from './posture/attestations.ts'
import { Posture } from './posture/posture.ts'
import { Prover } from './proofs/prover.ts'
import { serveHono } from './serve-hono.ts'
import type { SessionChange } from './services.ts'
import { signingKey } from './signing-key.ts'
import { SiteCertificates } from './site-certificates.ts'

/** What control asks of the supervisor. */
export interface SupervisorPort {
  /** Asks for the configuration to be read again; it comes back through `reload`. */
  wantReload(): void
  /** The policy of this version is in force. */
  adopted(version: string): void
  /** Starts a scratch gate; its doors come back through `scratchOpened`. */
  wantScratch(): void
  scratchDone(): void
}

export interface Control {
  readonly setup: string | null
  readonly ca: string | null
  /** Public key of the policies that it signs: SPKI in DER, base64url. */
  readonly policyKey: string
  /** Puts a policy in force on every edge, or keeps the old one and throws why. */
  reload(policy: Policy): Promise<void>
  reloadFailed(message: string): void
  scratchOpened(doors: readonly Listening[]): void
  close(): Promise<void>
}

/** Opens the control plane: identity, state, certificates, proofs and the operator's API. No public socket. */
export async function openControl(boot: ControlBoot, supervisor: SupervisorPort): Promise<Control> {
  const { folders } = boot
  let policy = boot.policy
  const failed = (error: unknown) => void process.stderr.write(`${errorText(error)}\n`)
  const store = await openStore(join(folders.state, 'castellan.db'))
  const trail = await openAuditTrail({
    state: folders.state,
    folder: folders.audit,
    checkpointTo: policy.config.audit['checkpoint-to'],
    onError: failed,
  })
  const outbox = createOutbox(store, trail)
  await outbox.drain()
  await keepPolicy(store, policy, systemClock())

  const ticketKey = randomBytes(32).toString('base64url')
  const resumptionKeys = randomBytes(48).toString('base64url')
  const link = new LinkServer({
    state: async () => ({
      policy,
      certificates: certificates.current(),
      sessions: await sessions.snapshot(),
      challenges: certificates.challenges(),
      ticketKey,
      resumptionKeys,
    }),
    answer: (question, ask) => answerEdge(questions, question, ask),
    used: (ids, at) => void sessions.touch(ids, at).catch(failed),
    report: (report) => void recordReport(trail, report).catch(failed),
    onError: failed,
  })
  const sessions = createSessions({
    store,
    outbox,
    clock: systemClock,
    settings: () => policy.config.sessions,
    publish: (change) => void link.publish(sessionMessage(change)).catch(failed),
    failed,
  })
  const hasher = createHasher()
  const throttle = createThrottle(store.throttle)
  const accounts = createAccounts({
    store,
    outbox,
    clock: systemClock,
    settings: () => policy.config.accounts,
    hasher,
    throttle,
    sessions,
    failed,
  })
  const lastPolicy = openLastPolicyFile(
    lastPolicyFile(folders),
    signingKey(join(folders.state, 'policy-key.pem')),
    failed,
  )
  const keepLast = () => lastPolicy.keep({ policy, certificates: certificates.current() })
  const certificates = await SiteCertificates.open({ folder: folders.tls, policy, link, failed, changed: keepLast })
  keepLast()
  const prover = new Prover({
    boot,
    store,
    trail,
    policy: () => policy,
    ca: () => certificates.authority(),
    ticketKey,
    supervisor,
    failed,
  })
  const attestations = createAttestations({
    store,
    outbox,
    clock: systemClock,
    key: () => signingKey(join(folders.state, 'attestation-key.pem')),
  })
  const posture = new Posture({
    store,
    outbox,
    clock: systemClock,
    attestations,
    prover,
    socket: join(runFolders(folders).posture, 'posture.sock'),
    settings: () => policy.config.posture,
    failed,
  })
  const questions = { sessions, policy: () => policy, settled: () => link.settled(), redeemTicket: prover.redeem }

  let reloading: PromiseWithResolvers<void> | undefined
  const reload = async (next: Policy): Promise<void> => {
    try {
      const complaints = await certificates.reload(next, () =>
        link.publish({ type: 'policy', policy: next, certificates: certificates.current() }),
      )
      if (complaints.length > 0) {
        await link.publish({ type: 'policy', policy, certificates: certificates.current() })
        keepLast()
        throw new CastellanError('reload.refused', complaints[0]!)
      }
      const before = policy.version
      policy = next
      supervisor.adopted(next.version)
      posture.adopt()
      keepLast()
      await keepPolicy(store, next, systemClock())
      await trail.append([{ event: 'policy.changed', actor: 'operator', data: { before, after: next.version } }])
      reloading?.resolve()
    } catch (error) {
      failed(error)
      reloading?.reject(error)
    } finally {
      reloading = undefined
    }
  }
  const requestReload = (): Promise<void> => {
    if (reloading === undefined) {
      reloading = Promise.withResolvers()
      supervisor.wantReload()
    }
    return reloading.promise
  }

  const portal = createPortal({
    accounts,
    sessions,
    policy: () => portalPolicy(policy),
    clock: systemClock,
    log: (error, request) => failed(new Error(`${request}: ${errorText(error)}`)),
  })
  const operator = createOperatorApi({
    accounts,
    sessions,
    prover,
    posture,
    attestations,
    store,
    boot,
    policy: () => policy,
    settled: () => link.settled(),
    reload: requestReload,
  })
  await trail.append([{ event: 'control.started', actor: 'castellan', data: { policy: policy.version } }])
  const secret = await accounts.newSetupSecret()
  // Last: from the first answer on, the supervisor takes it that control serves.
  const servers = [await serveHono(portal, boot.portalFd), await serveHono(operator, boot.operatorFd)]
  await new Promise<void>((resolve) => link.server.listen({ fd: boot.edgeFd }, resolve))
  prover.start()
  posture.adopt()

  return {
    setup: secret === null ? null : `${policy.config.portal}/setup?secret=${secret}`,
    ca: certificates.authority(),
    policyKey: lastPolicy.publicKey,
    reload,
    reloadFailed: (message) => {
      reloading?.reject(new CastellanError('reload.refused', message))
      if (reloading === undefined) failed(new Error(`reload: ${message}`))
      reloading = undefined
    },
    scratchOpened: (doors) => prover.scratchOpened(doors),
    async close() {
      prover.close()
      posture.close()
      for (const server of servers) server.close()
      link.close()
      certificates.close()
      await accounts.close()
      await sessions.close()
      await hasher.close()
      throttle.close()
      await trail.close()
      await store.close()
    },
  }
}

function sessionMessage(change: SessionChange) {
  return 'put' in change
    ? ({ type: 'session', put: change.put } as const)
    : ({ type: 'sessions-ended', ids: change.end } as const)
}
