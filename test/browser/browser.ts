import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium, type Page } from 'playwright-core'
import { ensureDebian } from '../helpers/packages.ts'

/** Debian's Chromium with a home of its own. */
export interface TestBrowser {
  /** A new visitor: no cookies, no cache, nothing shared with the visitors before. */
  readonly visitor: () => Promise<BrowserContext>
  readonly close: () => Promise<void>
}

// Chromium resolves *.localhost to the loopback address by itself. Its own sandbox does not start for root.
// The last five keep it from speaking to anybody but the pages of the test.
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/**
 * Starts Chromium. `ca` is the path of a certificate (PEM), if any, that it is to trust as an authority for web sites. That is
 * put where a user's browser has it, in the NSS database of its home; certificate errors are never ignored, so a page
 * that loads proves that Chromium accepts the authority, its name constraints and the site's certificate.
 */
export async function startBrowser(options: { readonly ca?: string | null } = {}): Promise<TestBrowser> {
  const executablePath = ensureDebian('chromium', 'chromium')
  const home = mkdtempSync(join(tmpdir(), 'castellan-chromium-'))
  if (options.ca) trust(home, options.ca)
  const env = { PATH: process.env.PATH ?? '/usr/bin', HOME: home }
  const browser = await chromium.launch({ executablePath, args: flags, env })
  return {
    visitor: async () => {
      const context = await browser.newContext({ acceptDownloads: true, viewport: { width: 1280, height: 800 } })
      context.setDefaultTimeout(30_000)
      return context
    },
    close: async () => {
      await browser.close()
      rmSync(home, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

/** Saves what the page shows as NAME.png into the folder CASTELLAN_SCREENSHOTS, when that is set. */
export async function screenshot(page: Page, name: string): Promise<void> {
  const folder = process.env.CASTELLAN_SCREENSHOTS
  if (folder !== undefined) await page.screenshot({ path: join(folder, `${name}.png`) })
}

function trust(home: string, ca: string): void {
  const certutil = ensureDebian('certutil', 'libnss3-tools')
  const folder = join(home, '.pki', 'nssdb')
  mkdirSync(folder, { recursive: true })
  const run = (...args: string[]) => {
    const child = spawnSync(certutil, ['-d', `sql:${folder}`, ...args], { encoding: 'utf8' })
    if (child.status !== 0) throw new Error(`certutil ${args.join(' ')}: ${child.stderr}`)
  }
  run('-N', '--empty-password')
  // C: an authority for servers' certificates, and for nothing else.
  run('-A', '-n', 'castellan', '-t', 'C,,', '-i', ca)
}
