import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ensureApps } from './install.ts'
import { type App, startApp } from './process.ts'

/**
 * Starts Node-RED, an editor for flows that lives on one WebSocket, `/comms`: deployments, the state of nodes and
 * debug messages come by it. It asks for no login of its own, as it comes.
 */
export async function startNodeRed(): Promise<App> {
  ensureApps()
  return startApp({ script: join(import.meta.dirname, 'node_modules/node-red/red.js'), prepare })
}

function prepare(folder: string, port: number): string[] {
  const settings = {
    uiHost: '127.0.0.1',
    uiPort: port,
    flowFile: 'flows.json',
    credentialSecret: 'of a test',
    telemetry: { enabled: false, updateNotification: false },
    editorTheme: { tours: false, palette: { catalogues: [] } },
    externalModules: { palette: { allowInstall: false } },
  }
  const file = join(folder, 'settings.json')
  writeFileSync(file, JSON.stringify(settings))
  return ['--settings', file, '--userDir', folder]
}
