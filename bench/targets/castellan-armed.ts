import { ask, expectHello } from '../ask.ts'
import type { Bench } from '../scenario.ts'
import { type Castellan, type Settings, signedIn, startCastellan, WIDE_LIMITS } from './castellan.ts'

/** The client address that the denied networks hold, to see that they are in force. */
const DENIED_CLIENT = '127.77.0.1'

/** 100,000 networks that do not overlap: 70,000 of IPv4 and 30,000 of IPv6, and one of them is ours to try. */
function deniedNetworks(): string[] {
  const four = Array.from({ length: 69_999 }, (_, i) => `${20 + (i >> 14)}.${(i >> 6) & 255}.${(i & 63) * 4}.0/24`)
  const six = Array.from({ length: 30_000 }, (_, i) => `2a${hex(i >> 13)}:${hex((i & 8191) * 8)}::/32`)
  return [...four, '127.77.0.0/16', ...six]
}

const hex = (n: number): string => n.toString(16).padStart(2, '0')

/** 200 rules, of which the last one decides: the most that a request can cost. */
function accessRules(): Record<string, unknown>[] {
  const others = Array.from({ length: 199 }, (_, i) => ({
    path: `/area-${i}/admin`,
    methods: ['GET', 'POST'],
    allow: { role: 'admin', from: ['10.0.0.0/8'] },
  }))
  return [...others, { allow: 'signed-in' }]
}

export const ARMED: Settings = {
  network: { deny: deniedNetworks() },
  sites: (upstream) => [
    { host: 'app.localhost', routes: [{ path: '/', upstream }], access: accessRules(), limits: WIDE_LIMITS },
  ],
}

/** Everything on, with a signed-in session; and seen to be on, so that nothing switched off is measured as fast. */
export async function startArmed(bench: Bench, stack: AsyncDisposableStack, upstreamPort: number): Promise<Castellan> {
  const castellan = await startCastellan(bench, stack, 'castellan, armed', upstreamPort, ARMED)
  const stranger = await ask(castellan.plain, { headers: { accept: 'text/html' } })
  if (stranger.status === 200) throw new Error('a stranger was let in: the guards are not on')
  const signed = await signedIn(castellan)
  await expectHello('castellan over plain HTTP', signed.plain)
  await expectHello('castellan over TLS', signed.tls)
  await expectRefused(signed)
  return signed
}

async function expectRefused({ plain }: Castellan): Promise<void> {
  const status = await ask(plain, { from: DENIED_CLIENT }).then(
    (answer) => answer.status,
    () => 'closed',
  )
  if (status === 200) throw new Error(`a client in a denied network was let in: ${DENIED_CLIENT}`)
}
