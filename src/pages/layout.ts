import { escapeHtml } from '../kernel/html.ts'
import { STYLE } from './style.ts'

/** What a page puts into the layout. */
export interface Page {
  /** Plain text, the name of the window. */
  readonly title: string
  /** HTML of the main part, escaped already. */
  readonly main: string
  /** HTML at the right of the top line, escaped already. */
  readonly corner?: string
  /** Plain text of the bottom line. */
  readonly bottom?: string
  readonly wide?: boolean
}

const MARK = `<svg class="mark" viewBox="0 0 24 24" aria-hidden="true"><path fill="currentColor" fill-rule="evenodd" d="M4 3h4v3h2.2V3h3.6v3H16V3h4v6.6l-2 1.8V21H6v-9.6L4 9.6zm8 7.2a2.1 2.1 0 0 0-1.1 3.9L10.300 18h3.400l-.6-3.900A2.100 2.100 0 0 0 12 10.200z"/></svg>`

/** The whole document. Nothing is loaded from anywhere, and nothing runs. */
export function layout({ title, main, corner = '', bottom = '', wide = false }: Page): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body${wide ? ' class="wide"' : ''}>
<header class="top">${MARK}<span>Castellan</span>${corner}</header>
<main>
${main}
</main>
<footer class="bottom">${escapeHtml(bottom)}</footer>
</body>
</html>
`
}
