import type { Dispatcher } from 'undici'

const TIMEOUT = 3_000

/** Asks an upstream for its health: true when it answers in time, with less than 500. */
export function isHealthy(pool: Dispatcher, path: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  let healthy = false
  pool.dispatch(
    {
      path,
      method: 'GET',
      headersTimeout: TIMEOUT,
      bodyTimeout: TIMEOUT,
      headers: { 'user-agent': 'castellan-health' },
    },
    {
      onRequestStart() {},
      onResponseStart(_controller, status) {
        healthy = status < 500
      },
      onResponseData() {},
      onResponseEnd: () => resolve(healthy),
      onResponseError: () => resolve(false),
    },
  )
  return promise
}
