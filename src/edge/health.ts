import type { Dispatcher } from 'undici'

const TIMEOUT = 3_000

/** Asks an upstream for its health: true when it answers in time, with less than 500. */
export function isHealthy(pool: Dispatcher, path: string, servername: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  let healthy = false
  const options: Dispatcher.DispatchOptions & { servername: string } = {
    path,
    method: 'GET',
    headersTimeout: TIMEOUT,
    bodyTimeout: TIMEOUT,
    headers: { 'user-agent': 'castellan-health' },
    servername,
  }
  pool.dispatch(options, {
    onRequestStart() {},
    onResponseStart(_controller, status) {
      healthy = status < 500
    },
    onResponseData() {},
    onResponseEnd: () => resolve(healthy),
    onResponseError: () => resolve(false),
  })
  return promise
}
