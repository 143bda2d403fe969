import { AsyncLocalStorage } from 'node:async_hooks'
import { Agent } from 'node:https'
import { rootCertificates } from 'node:tls'
import type * as Acme from 'acme-client'

/** How one set of sites talks to its directory. */
export interface AcmeNetwork {
  readonly agent: Agent
  readonly signal: AbortSignal
}

/** acme-client has one HTTP client for the whole process; this tells whose request it is that passes through it. */
const current = new AsyncLocalStorage<AcmeNetwork>()

let loaded: Promise<typeof Acme> | undefined

/** Runs calls of acme-client with this network. */
export function withNetwork<T>(network: AcmeNetwork, work: () => Promise<T>): Promise<T> {
  return current.run(network, work)
}

/** Trusts the public authorities and, when given, those in this PEM text. */
export function acmeAgent(extra: string | undefined): Agent {
  return new Agent({ keepAlive: true, ...(extra === undefined ? {} : { ca: [...rootCertificates, extra] }) })
}

/** Loads acme-client, which takes 150 ms and more, when it is needed first. */
export function loadAcme(): Promise<typeof Acme> {
  loaded ??= import('acme-client').then((acme) => {
    configure(acme.axios)
    return acme
  })
  return loaded
}

/** A directory that is slow, endless, or sends us elsewhere costs one failed attempt, and nothing more. */
function configure(axios: typeof Acme.axios): void {
  // Its own two steps are for retries, which are ours: they wait for more than a minute, know nothing of closing, and
  // fail with "Cannot read properties of undefined" where a connection failed.
  axios.interceptors.request.clear()
  axios.interceptors.response.clear()
  axios.interceptors.request.use((config) => {
    const network = current.getStore()
    if (network === undefined || !config.url?.startsWith('https://')) {
      throw new Error('the directory named a URL that is not https')
    }
    config.httpsAgent = network.agent
    config.signal = network.signal
    config.timeout = 30_000
    config.maxRedirects = 0
    config.maxContentLength = 1_048_576
    return config
  })
}
