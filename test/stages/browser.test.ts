import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { renderManagerReport } from '../../src/report/manager/page.ts'
import { renderReport } from '../../src/report/page/page.ts'
import { emptyDrift } from '../../src/report/summary.ts'
import { aManagerModel } from '../report/manager/model.ts'
import { aModel } from '../report/page/model.ts'
import { startJourney } from '../support/journey.ts'

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium'
const QUIET = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync']
const OFFLINE = ['--disable-background-networking', '--disable-component-update']
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

// Chromium is Debian's package, not npm's: without it this part is left out and shown as skipped.
describe.skipIf(!existsSync(CHROMIUM))('the report in Chromium', { timeout: 60_000 }, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: [...QUIET, ...OFFLINE] })
  })
  afterAll(() => browser.close())

  const model = aModel()
  const drift = { ...emptyDrift(), 'in-sync': 900, missing: 4, edited: 2, foreign: 1 }
  const pages = {
    plan: renderReport(model),
    drift: renderReport({
      ...model,
      summary: { ...model.summary, drift },
      driftPerDay: [{ day: '2026-11-20', counts: { missing: 4, edited: 2, foreign: 1 } }],
    }),
    manager: renderManagerReport(aManagerModel()),
    'manager without an index': renderManagerReport(aManagerModel({ hasIndex: false, hygiene: [] })),
  }

  async function open(
    text: string,
    width: number,
    colorScheme: 'light' | 'dark',
  ): Promise<{ page: Page; noise: string[] }> {
    // axe must be put into the page, which the page's own policy forbids.
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme, bypassCSP: true })
    const noise: string[] = []
    page.on('console', (message) => noise.push(message.text()))
    page.on('request', (request) => noise.push(request.url()))
    await page.setContent(text)
    return { page, noise }
  }

  const cases = Object.keys(pages).flatMap((name) =>
    [360, 800, 1400].flatMap((width) =>
      (['light', 'dark'] as const).map((scheme) => [name, width, scheme] as const),
    ),
  )

  it.each(cases)('%s at %i px in %s is quiet, fits and has no axe violation', async (name, width, scheme) => {
    const { page, noise } = await open(pages[name as keyof typeof pages], width, scheme)
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0)
    expect(noise).toEqual([])
    await page.addScriptTag({ content: axe })
    const found = await page.evaluate('axe.run().then(({ violations }) => violations.map((one) => one.id))')
    expect(found).toEqual([])
    await page.close()
  })

  it.each([360, 800, 1400])('the reports of real runs at %i px need no network and fit', async (width) => {
    const journey = await startJourney({ sandbox: { calls: 150, endUsers: 60, automation: true } })
    const plan = await journey.backfill()
    const applied = await journey.apply({ plan: plan.files.review })
    const nightly = await journey.reconcile()
    for (const { files } of [plan, applied, nightly]) {
      const page = await browser.newPage({ viewport: { width, height: 900 }, bypassCSP: true })
      const noise: string[] = []
      page.on('console', (message) => noise.push(message.text()))
      page.on('request', (request) => noise.push(request.url()))
      const address = pathToFileURL(files.report).href
      await page.goto(address)
      await page.evaluate('document.querySelectorAll("details").forEach((one) => { one.open = true })')
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0)
      expect(noise).toEqual([address])
      await page.addScriptTag({ content: axe })
      const found = await page.evaluate('axe.run().then(({ violations }) => violations.map((one) => one.id))')
      expect(found).toEqual([])
      await page.close()
    }
  })

  it.each(['plan', 'manager'] as const)(
    'prints the %s on A4, and nothing runs off the paper',
    async (name) => {
      const { page } = await open(pages[name], 800, 'dark')
      await page.emulateMedia({ media: 'print' })
      await page.setViewportSize({ width: 688, height: 1000 })
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0)
      const pdf = await page.pdf({ format: 'A4' })
      const sheets = pdf.toString('latin1').match(/\/Type\s*\/Page[^s]/g) ?? []
      expect(sheets.length).toBeGreaterThan(0)
      expect(sheets.length).toBeLessThanOrEqual(8)
      await page.close()
    },
  )

  it.each([
    ['plan', 2],
    ['manager', 8],
  ] as const)(
    'shows one size of each chart of the %s, with labels of at least 11 px',
    async (name, charts) => {
      for (const width of [360, 700, 1400]) {
        const { page } = await open(pages[name], width, 'light')
        const heights = (await page.evaluate(
          "[...document.querySelectorAll('.chart svg')].filter((svg) => " +
            'svg.checkVisibility()).map((svg) => 12 * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width)',
        )) as number[]
        expect(heights).toHaveLength(charts)
        // Between the two widths a chart shrinks with its card.
        expect(Math.min(...heights)).toBeGreaterThanOrEqual(width === 700 ? 8 : 10.5)
        await page.close()
      }
    },
  )

  it('turns dark where the reader asks for it, and stays light on paper', async () => {
    const { page } = await open(pages.plan, 800, 'dark')
    const ground = () => page.evaluate('getComputedStyle(document.body).backgroundColor')
    expect(await ground()).toBe('rgb(14, 19, 24)')
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
    expect(await ground()).toBe('rgb(255, 255, 255)')
    await page.close()
  })
})
