import { createHash } from 'node:crypto'

/** The one stylesheet of all pages, embedded in each of them. System fonts, light and dark, phone first. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: #f3f5f7; --card: #fff; --line: #dde2e8; --edge: #7d8898;
  --text: #1a2330; --quiet: #556072;
  --accent: #14566d; --accent-strong: #0d4153; --on-accent: #fff; --tint: #e6f0f4; --ring: #1d84a8;
  --bad: #9c1f28; --bad-tint: #fdf1f1; --bad-line: #e9bcbe;
  --good: #17603c; --good-tint: #edf7f1; --good-line: #b5d9c5;
  --shadow: 0 1px 2px rgb(20 35 50 / 6%), 0 8px 28px rgb(20 35 50 / 7%);
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #10151b; --card: #181f28; --line: #2a3441; --edge: #74818f;
    --text: #e6ebf1; --quiet: #a3aebc;
    --accent: #7cc5dd; --accent-strong: #a3d8ea; --on-accent: #06222c; --tint: #1b323c; --ring: #8fd3ea;
    --bad: #f4a9ab; --bad-tint: #35191c; --bad-line: #6d3438;
    --good: #9bd8b5; --good-tint: #16301f; --good-line: #2f5f43;
    --shadow: none;
  }
}
*, ::before, ::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; min-height: 100vh; min-height: 100dvh; display: flex; flex-direction: column; align-items: center;
  background: var(--ground); color: var(--text);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", Arial, sans-serif;
}
.top, main, .bottom { width: 100%; max-width: 26.5rem; padding-inline: 1rem; }
.wide .top, .wide main, .wide .bottom { max-width: 44rem; }
.top {
  display: flex; align-items: center; gap: .55rem; padding-block: 1.5rem 1rem; font-weight: 650; letter-spacing: .01em;
}
.top form { margin-left: auto; }
.mark { width: 1.6rem; height: 1.6rem; color: var(--accent); flex: none; }
.bottom { margin-top: auto; padding-block: 1.5rem; color: var(--quiet); font-size: .875rem; overflow-wrap: anywhere; }
.card {
  background: var(--card); border: 1px solid var(--line); border-radius: .9rem; box-shadow: var(--shadow);
  padding: 1.5rem 1.25rem; margin-bottom: 1.25rem;
}
h1 { font-size: 1.6rem; line-height: 1.2; font-weight: 680; letter-spacing: -.015em; margin: 0 0 .35rem; }
h2 { font-size: 1.1rem; line-height: 1.3; font-weight: 650; margin: 0 0 .35rem; }
h3 { font-size: 1rem; line-height: 1.4; font-weight: 620; margin: 0; }
h1, h2, h3, p, li, dd, strong { overflow-wrap: anywhere; }
p { margin: 0 0 1rem; }
p:last-child { margin-bottom: 0; }
.quiet { color: var(--quiet); }
.small { font-size: .875rem; }
a { color: var(--accent); text-underline-offset: .18em; }
a:hover { color: var(--accent-strong); }
:focus-visible { outline: 3px solid var(--ring); outline-offset: 2px; border-radius: .3rem; }
form { margin: 0; }
.fields { margin-top: 1.25rem; }
label { display: block; font-weight: 600; margin-bottom: .3rem; }
.hint { display: block; color: var(--quiet); font-size: .875rem; margin: -.1rem 0 .4rem; }
.field { margin-bottom: 1.1rem; }
input {
  width: 100%; min-height: 2.9rem; padding: .5rem .8rem; font: inherit; color: var(--text);
  background: var(--card); border: 1px solid var(--edge); border-radius: .55rem;
}
input:focus-visible { outline-offset: 0; border-color: var(--ring); border-radius: .55rem; }
input[aria-invalid=true] { border-color: var(--bad); }
button, .button {
  display: inline-flex; align-items: center; justify-content: center; min-height: 2.9rem; padding: .5rem 1.25rem;
  font: inherit; font-weight: 620; text-decoration: none; cursor: pointer; color: var(--on-accent);
  background: var(--accent); border: 1px solid transparent; border-radius: .55rem;
}
button:hover, .button:hover { background: var(--accent-strong); color: var(--on-accent); }
button:focus-visible, .button:focus-visible { border-radius: .55rem; }
.full { width: 100%; margin-top: .25rem; }
.plain { background: transparent; border-color: var(--edge); color: var(--text); }
.plain:hover { background: var(--tint); color: var(--text); }
.compact { min-height: 2.75rem; padding: .25rem .9rem; font-size: .9375rem; }
.note { border: 1px solid; border-radius: .6rem; padding: .8rem 1rem; margin-bottom: 1.25rem; }
.note p { margin: .15rem 0 0; }
.card .note { margin: 1rem 0 0; }
.bad { color: var(--bad); background: var(--bad-tint); border-color: var(--bad-line); }
.good { color: var(--good); background: var(--good-tint); border-color: var(--good-line); }
.rows { list-style: none; margin: 1rem 0 0; padding: 0; }
.rows > li { border-top: 1px solid var(--line); padding: .9rem 0; }
.rows > li:last-child { padding-bottom: 0; }
.row { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: .5rem 1rem; }
.row > :first-child { flex: 1 1 9rem; min-width: 0; }
.under { list-style: none; margin: .75rem 0 0; padding: 0 0 0 1rem; border-left: 2px solid var(--line); }
.under > li { padding: .45rem 0; }
.badge {
  display: inline-block; padding: .05rem .55rem; border-radius: 1rem; font-size: .8125rem; font-weight: 600;
  background: var(--tint); color: var(--accent-strong); vertical-align: .1em; margin: 0 .25rem 0 0;
}
.go { display: flex; align-items: center; justify-content: space-between; gap: 1rem; min-height: 3rem; font-weight: 600; text-decoration: none; }
.go:hover span { text-decoration: underline; }
.go::after { content: "\\2192" / ""; color: var(--quiet); }
.rows.links { margin-bottom: -.75rem; }
.links > li { padding: 0; }
code { font: .9375em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
pre { margin: .5rem 0 0; padding: .6rem .8rem; border-radius: .5rem; background: var(--ground); border: 1px solid var(--line); white-space: pre-wrap; }
.over { color: var(--quiet); font-size: .875rem; font-weight: 600; margin: 0 0 .25rem; }
h1 + p:not(.quiet, .fields) { margin-top: .75rem; }
.facts { margin: 1.25rem 0 0; padding: 1rem 0 0; border-top: 1px solid var(--line); font-size: .9375rem; }
.facts dt { color: var(--quiet); font-size: .875rem; }
.facts dd { margin: 0 0 .75rem; }
.facts dd:last-child { margin-bottom: 0; }
@media (min-width: 40rem) {
  .top { padding-block: 2.25rem 1.25rem; }
  .card { padding: 2rem; }
  body:not(.wide) .top { padding-top: 12vh; }
}
`

/** The stylesheet as a source of `style-src` (CSP level 3): nothing else may be applied. */
export const STYLE_SOURCE = `'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`
