import { html } from 'hono/html'
import type { Page } from '../../../pages/layout.ts'
import type { Complaint } from './parts.ts'

interface MessageView extends Complaint {
  readonly place: string
  readonly requestId: string
}

/** Something did not work, or is not there. */
export function messagePage({ place, message, hint, requestId }: MessageView): Page {
  const main = html`<section class="card">
<h1>${message}</h1>
${hint === undefined ? '' : html`<p>${hint}</p>`}
<p class="fields"><a class="button plain full" href="/">Go to the start page</a></p>
<dl class="facts"><dt>Request id</dt><dd><code>${requestId}</code></dd></dl>
</section>`
  return { title: message, main: String(main), bottom: `You are at ${place}.` }
}
