import { html, type Markup, raw } from './markup.ts'
import { type Section, section } from './page-parts.ts'
import { STYLE_SHEET } from './style-sheet.ts'

/** What every report is made of. */
export interface Document {
  readonly title: string
  /** What it is about, below the title. */
  readonly range: Markup
  /** What has to be seen first; empty markup where there is nothing. */
  readonly banner: Markup
  readonly tiles: Markup
  readonly sections: readonly Section[]
  readonly footer: string
}

/** PURE. One HTML text that needs neither network nor script, in light, dark and print. */
export function renderDocument({ title, range, banner, tiles, sections, footer }: Document): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>${title} - aircall-sync</title>
<style>${raw(STYLE_SHEET)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the report</a>
<header>
<p class="brand">aircall-sync</p>
<h1>${title}</h1>
<p class="range">${range}</p>
${banner}
${tiles}
<nav aria-label="Parts of this report"><ul>${sections.map(
    ({ id, title: name }) => html`<li><a href="#${id}">${name}</a></li>`,
  )}</ul></nav>
</header>
<main id="main">
${sections.map(section)}</main>
<footer><p>${footer}</p></footer>
</body>
</html>
`.text
}
