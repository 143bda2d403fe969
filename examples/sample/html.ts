const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text that is about to stand in a page; headers and notes come from strangers. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => escapes[character] ?? character)
}

/** A whole page: styles inside, nothing fetched from elsewhere, readable on a phone and in the dark. */
export function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body><main>
${body}
</main></body>
</html>
`
}

const style = `
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 18%, transparent); --accent: #2f6f4f; }
* { box-sizing: border-box }
body { margin: 0; font: 1rem/1.5 system-ui, sans-serif }
main { max-width: 44rem; margin: 0 auto; padding: 1.5rem 1rem 3rem }
h1 { font-size: 1.6rem; margin: 0 0 .25rem }
h2 { font-size: 1.1rem; margin: 0 0 .75rem }
section { border: 1px solid var(--line); border-radius: .75rem; padding: 1rem; margin-top: 1rem }
form { display: flex; flex-wrap: wrap; gap: .5rem }
input { flex: 1 1 12rem; min-width: 0; font: inherit; padding: .5rem; border: 1px solid var(--line); border-radius: .5rem }
button { font: inherit; padding: .5rem 1rem; border: 0; border-radius: .5rem; color: #fff; background: var(--accent) }
ul { padding-left: 1.2rem; margin: .75rem 0 0 }
section > :last-child { margin-bottom: 0 }
dl { display: grid; grid-template-columns: minmax(8rem, auto) 1fr; gap: .25rem 1rem; margin: 0; font-size: .9rem }
dt { font-weight: 600 }
dd { margin: 0; overflow-wrap: anywhere }
output, code { overflow-wrap: anywhere; font-size: .9rem }
@media (max-width: 30rem) { dl { grid-template-columns: 1fr } dd { margin-bottom: .5rem } }
`
