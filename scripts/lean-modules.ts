import type { Plugin } from 'rolldown'

/**
 * Modules of which an `import` loads far more than is used.
 *
 * - `node:http`: an import statement reads every export once, and three of them load Node's own fetch and WebSocket:
 *   60 ms and 16 MB a process. `process.getBuiltinModule` reads none.
 * - `undici`: its index loads fetch, caches, mocks and more; an edge needs the pool and what connects it.
 */
const LEAN: Readonly<Record<string, string>> = {
  'node:http': `
    const http = process.getBuiltinModule('node:http')
    export default http
    export const { Agent, ClientRequest, IncomingMessage, METHODS, OutgoingMessage, STATUS_CODES, Server, ServerResponse,
      createServer, get, globalAgent, maxHeaderSize, request, validateHeaderName, validateHeaderValue } = http`,
  undici: `
    export { default as Pool } from 'undici/lib/dispatcher/pool.js'
    export { default as buildConnector } from 'undici/lib/core/connect.js'`,
}

const PREFIX = '\0lean:'

/** Puts the lean form in the place of an imported module; `require` loads what it always does. */
export const leanModules: Plugin = {
  name: 'lean-modules',
  resolveId(source, _importer, { kind }) {
    const name = source === 'http' ? 'node:http' : source
    return kind === 'import-statement' && name in LEAN ? PREFIX + name : null
  },
  load(id) {
    return id.startsWith(PREFIX) ? LEAN[id.slice(PREFIX.length)] : null
  },
}
