import type { IncomingHttpHeaders } from 'node:http'
import { escapeHtml, page } from './html.ts'

/** The first page: the time, a live counter, notes, an upload, and the headers that this request arrived with. */
export function homePage(notes: readonly string[], headers: IncomingHttpHeaders): string {
  return page(
    'Sample application',
    `<h1>Sample application</h1>
<p>It has no login of its own and trusts whoever reaches it. <a href="/admin">Administration</a></p>
<section><h2>Now</h2>
<p>This page was made at <time>${new Date().toISOString()}</time>. <output id="live">The live counter has not started.</output></p>
</section>
<section><h2>Notes</h2>
<form method="post" action="/notes">
<input name="note" maxlength="500" required aria-label="A note" placeholder="A note"><button>Add</button>
</form>
${list(notes)}
</section>
<section><h2>Upload</h2>
<form id="upload"><input type="file" required aria-label="A file"><button>Send</button></form>
<p><output id="uploaded"></output></p>
</section>
<section><h2>Headers of this request</h2>
${headerList(headers)}
</section>
<script>${script}</script>`,
  )
}

/** A page that only administrators should see; this application does not ask. */
export function adminPage(notes: readonly string[]): string {
  return page(
    'Administration',
    `<h1>Administration</h1>
<p>Whoever sees this page can delete every note. <a href="/">Back</a></p>
<section><h2>${notes.length} notes</h2>
<form method="post" action="/admin/clear"><button>Delete all</button></form>
${list(notes)}
</section>`,
  )
}

function list(notes: readonly string[]): string {
  return notes.length === 0 ? '' : `<ul>${notes.map((note) => `<li>${escapeHtml(note)}</li>`).join('')}</ul>`
}

function headerList(headers: IncomingHttpHeaders): string {
  const rows = Object.entries(headers).map(([name, value]) => {
    return `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(String(value))}</dd>`
  })
  return `<dl>${rows.join('\n')}</dl>`
}

// Runs in the page: the counter by server-sent events, and the upload as one plain body.
const script = `
new EventSource('/events').onmessage = (event) => {
  const { uptime, requests } = JSON.parse(event.data)
  document.getElementById('live').textContent = 'Up for ' + uptime + ' s, ' + requests + ' requests.'
}
document.getElementById('upload').addEventListener('submit', async (event) => {
  event.preventDefault()
  const output = document.getElementById('uploaded')
  output.textContent = 'Sending'
  try {
    const response = await fetch('/upload', { method: 'POST', body: event.target.querySelector('input').files[0] })
    const { size, sha256 } = await response.json()
    output.textContent = size + ' bytes arrived, SHA-256 ' + sha256
  } catch {
    output.textContent = 'It was not accepted.'
  }
})
`
