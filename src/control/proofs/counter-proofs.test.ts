import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Policy } from '../../config/policy.ts'
import type { Door, GuardSpec, Probe, ProofCase } from '../../kernel/guard.ts'
import type { Proof } from '../../kernel/proof.ts'
import { CounterProofs } from './counter-proofs.ts'

const DOOR: Door = { label: 'scratch', address: '127.0.0.1', port: 1, secure: true, protocol: 'http/1.1' }
const POLICY = { version: '1', config: { 'http-mode': 'redirect' } } as Policy
const PAIR: ProofCase = {
  control: 'x.one',
  expected: '',
  allowed: {},
  forbidden: { path: '/forbidden' },
  reason: 'x.no',
}
const GUARD: GuardSpec<Policy> = {
  id: 'x',
  title: 'X',
  reasons: {},
  controls: [
    { id: 'x.one', promise: 'One.' },
    { id: 'x.two', promise: 'Two.', uncountered: 'It can’t be switched off.' },
  ],
}
const proof = (control: string): Proof => ({
  control,
  state: 'holds',
  expected: '',
  observed: 'seen',
  at: '',
  paths: [],
})

/** A gate that answers the forbidden request like this. */
function gate(forbidden: string): (door: Door) => Probe<Policy> {
  return (door) => ({
    policy: POLICY,
    door,
    client: '192.0.2.1',
    send: async ({ path }) => {
      const reason = path === '/forbidden' ? forbidden : 'edge.probed'
      if (reason === '') throw new Error('nobody answers')
      return { status: 200, reason, headers: {}, client: '192.0.2.1' }
    },
    handshake: async () => undefined,
    certificateFault: async () => undefined,
  })
}

async function temper(forbidden: string): Promise<Proof> {
  const counterProofs = new CounterProofs()
  assert.deepEqual(counterProofs.wanting(POLICY, [GUARD], [proof('x.one')]), [GUARD])
  await counterProofs.run(GUARD, [PAIR], [DOOR], gate(forbidden))
  return counterProofs.temper(proof('x.one'), [GUARD])
}

test('a proof holds when the forbidden request passed with the guard off', async () => {
  assert.equal((await temper('edge.probed')).state, 'holds')
})

test('a proof that comes out the same with the guard off proves nothing', async () => {
  const { state, observed } = await temper('x.no')
  assert.equal(state, 'unknown')
  assert.match(observed, /came out the same/)
})

test('a proof is unknown when the scratch gate could not be looked at', async () => {
  const { state, observed } = await temper('')
  assert.equal(state, 'unknown')
  assert.match(observed, /could not look/)
})

test('a proof is unknown when there was no scratch gate, and holds again when it was shown before', async () => {
  const counterProofs = new CounterProofs()
  counterProofs.unavailable(counterProofs.wanting(POLICY, [GUARD], [proof('x.one')]))
  assert.match(counterProofs.temper(proof('x.one'), [GUARD]).observed, /no scratch gate/)
  await counterProofs.run(GUARD, [PAIR], [DOOR], gate('edge.probed'))
  assert.deepEqual(counterProofs.wanting(POLICY, [GUARD], [proof('x.one')]), [])
  assert.equal(counterProofs.temper(proof('x.one'), [GUARD]).state, 'holds')
})

test('another policy needs counter-proofs of its own', async () => {
  const counterProofs = new CounterProofs()
  counterProofs.wanting(POLICY, [GUARD], [proof('x.one')])
  await counterProofs.run(GUARD, [PAIR], [DOOR], gate('edge.probed'))
  assert.deepEqual(counterProofs.wanting({ ...POLICY, version: '2' }, [GUARD], [proof('x.one')]), [GUARD])
})

test('a control that can’t be switched off says why and needs no counter-proof', () => {
  const counterProofs = new CounterProofs()
  assert.deepEqual(counterProofs.wanting(POLICY, [GUARD], [proof('x.two')]), [])
  assert.equal(counterProofs.temper(proof('x.two'), [GUARD]).state, 'holds')
})
