import { html } from 'hono/html'

/** HTML of a page or a part of one, escaped already. */
export type Html = ReturnType<typeof html>

/** What went wrong, for the person who sees the page. */
export interface Complaint {
  readonly message: string
  readonly hint?: string | undefined
  /** Name of the field that it is about. */
  readonly field?: string | undefined
}

const ID = 'complaint'

/** Read aloud at once by screen readers; nothing when all is well. */
export function complaintBox(complaint: Complaint | undefined): Html {
  if (complaint === undefined) return html``
  return html`<div class="note bad" role="alert" id="${ID}"><strong>${complaint.message}</strong>
${complaint.hint === undefined ? '' : html`<p>${complaint.hint}</p>`}</div>`
}

/** A line that says what has just been done. */
export function noticeBox(notice: string | undefined): Html {
  return notice === undefined ? html`` : html`<div class="note good" role="status">${notice}</div>`
}

interface Field {
  readonly name: string
  readonly label: string
  readonly type: 'email' | 'password'
  /** Tells password managers what it is for; `on` in `username` forms of WHATWG HTML, section autofill. */
  readonly autocomplete: 'username' | 'current-password' | 'new-password'
  readonly most: number
  readonly value?: string
  readonly hint?: string
  readonly focused?: boolean
  readonly invalid?: boolean
}

/** A labelled, required input. Passwords are never given back to the page. */
export function field({ name, label, type, autocomplete, most, value = '', hint, focused, invalid }: Field): Html {
  const about = [hint === undefined ? '' : `${name}-hint`, invalid === true ? ID : ''].filter((id) => id !== '')
  return html`<div class="field">
<label for="${name}">${label}</label>
${hint === undefined ? '' : html`<span class="hint" id="${name}-hint">${hint}</span>`}
<input id="${name}" name="${name}" type="${type}" autocomplete="${autocomplete}" maxlength="${most}" required
${type === 'email' ? html` autocapitalize="none" spellcheck="false" value="${value}"` : ''}
${about.length === 0 ? '' : html` aria-describedby="${about.join(' ')}"`}
${invalid === true ? html` aria-invalid="true"` : ''}${focused === true ? html` autofocus` : ''}>
</div>`
}

/** A value that the form carries along. */
export function hidden(name: string, value: string): Html {
  return html`<input type="hidden" name="${name}" value="${value}">`
}
