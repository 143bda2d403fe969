/** Makes the pictures of the README: the sample behind the gate, seen with Debian's Chromium, and the output of `prove`. */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { stripVTControlCharacters } from 'node:util'
import { type Browser, chromium } from 'playwright-core'
import { escapeHtml } from '../src/kernel/html.ts'

const root = dirname(import.meta.dirname)
const images = join(root, 'docs/images')
const data = mkdtempSync(join(tmpdir(), 'castellan-pictures-'))
const LISTEN = '127.0.0.1:18470'
const COLOURS: Readonly<Record<string, string>> = { holds: '#7bd88f', broken: '#fc618d', unknown: '#fce566' }

const started = spawn(
  process.execPath,
  [join(root, 'scripts/start.ts'), '--listen', LISTEN, '--data', data, '--json'],
  {
    stdio: ['ignore', 'pipe', 'inherit'],
  },
)
const [ready] = (await once(createInterface({ input: started.stdout }), 'line')) as [string]
const { app } = JSON.parse(ready) as { app: string }
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] })
mkdirSync(images, { recursive: true })
try {
  await picture(browser, 'sign-in', 520, app)
  const proofs = execFileSync(join(root, 'bin/castellan'), ['prove', '--data', data], { encoding: 'utf8' })
  await picture(browser, 'prove', 620, `data:text/html,${encodeURIComponent(terminal('castellan prove', proofs))}`)
} finally {
  await browser.close()
  started.kill('SIGTERM')
  await once(started, 'exit')
  rmSync(data, { recursive: true, force: true })
}

async function picture(from: Browser, name: string, height: number, url: string): Promise<void> {
  const context = await from.newContext({ ignoreHTTPSErrors: true, viewport: { width: 860, height } })
  const page = await context.newPage()
  await page.goto(url)
  await page.screenshot({ path: join(images, `${name}.png`), fullPage: name === 'prove' })
  await context.close()
}

/** What a terminal would show; the ways over which each was seen are left out. */
function terminal(command: string, output: string): string {
  const lines = stripVTControlCharacters(output)
    .split('\n')
    .filter((line) => !/^\s+over /.test(line))
    .map((line) =>
      escapeHtml(line).replace(/^(holds|broken|unknown)/, (word) => `<b style="color:${COLOURS[word]}">${word}</b>`),
    )
  const style = 'background:#1f1f24;color:#ddd;font:13px/1.5 monospace;padding:18px 22px;margin:0;white-space:pre-wrap'
  return `<meta charset="utf-8"><body style="margin:0"><pre style="${style}">$ ${command}\n\n${lines.join('\n')}</pre>`
}
