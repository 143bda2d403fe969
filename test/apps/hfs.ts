import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ensureApps } from './install.ts'
import { type App, startApp } from './process.ts'

/** HFS with `files`, the folder that it serves and that uploads go to, and `accessLog`, what reached it. */
export interface Hfs extends App {
  readonly files: string
  readonly accessLog: string
}

/**
 * Starts HFS, a file server with a page for uploads. Everybody may read, write and delete, so that whoever gets
 * through to it can do what a test must see refused.
 */
export async function startHfs(): Promise<Hfs> {
  ensureApps()
  const app = await startApp({ script: join(import.meta.dirname, 'node_modules/hfs/src/index.js'), prepare })
  return { ...app, files: join(app.folder, 'files'), accessLog: join(app.folder, 'access.log') }
}

function prepare(folder: string, port: number): string[] {
  const files = join(folder, 'files')
  mkdirSync(files)
  const config = {
    port,
    listen_interface: '127.0.0.1',
    open_browser_at_start: false,
    // One proxy stands in front of it: without this it holds that proxy for an attacker who hides.
    proxies: 1,
    dont_log_net: '',
    log: join(folder, 'access.log'),
    // Castellan decides who comes in; HFS's own ban of guessed passwords has nothing to guard.
    enable_plugins: [],
    vfs: { source: files, can_read: true, can_upload: true, can_delete: true },
  }
  // JSON is YAML.
  writeFileSync(join(folder, 'config.yaml'), JSON.stringify(config))
  return ['--cwd', folder]
}
