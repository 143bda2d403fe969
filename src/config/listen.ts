import { isIPv6 } from 'node:net'
import { z } from 'zod'

/** Where to listen. `host` may be `::` for every address of both families. */
export interface ListenAddress {
  readonly host: string
  readonly port: number
}

const FORM = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]*)):(\d{1,5})$/

/** Parses `127.0.0.1:8443`, `[::1]:8443`, `:8443` or `localhost:8443`; undefined when it is none of these. */
export function parseListen(text: string): ListenAddress | undefined {
  const match = FORM.exec(text)
  if (match === null) return undefined
  const [, v6, name, digits] = match
  const port = Number(digits)
  if (port < 1 || port > 65_535 || (v6 !== undefined && !isIPv6(v6))) return undefined
  return { host: v6 ?? (name === '' ? '::' : name!), port }
}

/** The address as one writes it: IPv6 in brackets. */
export function listenText({ host, port }: ListenAddress): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`
}

/** A listener in castellan.yaml. */
export const listenAddress = z
  .string()
  .max(300)
  .transform((text, context) => {
    const address = parseListen(text)
    if (address !== undefined) return address
    context.addIssue({
      code: 'custom',
      message: `found ${JSON.stringify(text)}; allowed: HOST:PORT, [IPV6]:PORT or :PORT`,
    })
    return z.NEVER
  })
