import type { Scenario } from '../scenario.ts'
import { armedH2, armedHttp1, armedTls1 } from './armed.ts'
import { bare } from './bare.ts'
import { bodies } from './bodies.ts'
import { check } from './check.ts'
import { latency } from './latency.ts'
import { memoryConnections } from './memory-connections.ts'
import { memoryIdle } from './memory-idle.ts'
import { memoryState } from './memory-state.ts'
import { ready } from './ready.ts'
import { signIns } from './sign-ins.ts'
import { sites1000 } from './sites-1000.ts'

/** All of them, in the order in which they run. */
export const SCENARIOS: readonly Scenario[] = [
  bare,
  armedHttp1,
  armedTls1,
  armedH2,
  sites1000,
  latency,
  memoryIdle,
  memoryState,
  memoryConnections,
  signIns,
  bodies,
  ready,
  check,
]
