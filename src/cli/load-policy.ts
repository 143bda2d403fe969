import { type LoadedConfig, loadConfig, parseConfig } from '../config/load.ts'
import type { Policy } from '../config/policy.ts'
import { toPolicy } from '../config/to-policy.ts'
import { compilePipeline } from '../edge/pipeline.ts'
import { edgeGuards } from '../guards/edge.ts'
import { CastellanError, errorText } from '../kernel/errors.ts'

/** Reads a configuration file into a policy that every guard can compile. Throws what is wrong, and where. */
export function loadPolicy(file: string): Policy {
  return checkedPolicy(loadConfig(file))
}

/** The same for a text that a command made. */
export function parsePolicy(text: string, name: string): Policy {
  return checkedPolicy(parseConfig(text, name))
}

function checkedPolicy(loaded: LoadedConfig): Policy {
  const policy = toPolicy(loaded)
  try {
    compilePipeline(policy, { guards: edgeGuards, services: NO_SERVICES }).close()
  } catch (error) {
    throw new CastellanError('config.invalid', errorText(error), { cause: error })
  }
  return policy
}

/** Compiling asks nothing of the services. */
const NO_SERVICES = { clock: Date.now, session: () => undefined, take: () => false, report: () => undefined }
