// What a browser makes of pages: argv[2] is JSON with `modules` (directory of playwright-core and axe-core), `browser`
// (its program), `pages` (name to file) and `shots` (directory of screenshots). Prints JSON: one object for each visit.
'use strict'

const fs = require('node:fs')
const path = require('node:path')
const { pathToFileURL } = require('node:url')

const { modules, browser: program, pages, shots } = JSON.parse(process.argv[2])
const { chromium } = require(path.join(modules, 'playwright-core'))
const AXE = fs.readFileSync(path.join(modules, 'axe-core', 'axe.min.js'), 'utf8')
const SIZES = { desktop: { width: 1280, height: 800 }, phone: { width: 360, height: 740 } }
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']

async function main() {
  // The tests run as root, where Chromium's own sandbox does not start; the pages are files of the tests.
  const browser = await chromium.launch({ executablePath: program, args: ['--no-sandbox', '--disable-dev-shm-usage'] })
  const visits = []
  for (const [name, file] of Object.entries(pages)) {
    for (const size of Object.keys(SIZES)) {
      for (const colours of ['light', 'dark']) visits.push(await visit(browser, name, file, size, colours))
    }
  }
  const [name, file] = Object.entries(pages)[0]
  const result = { visits, keyboard: await keyboard(browser, file), scriptless: await scriptless(browser, name, file) }
  await browser.close()
  process.stdout.write(JSON.stringify(result))
}

async function opened(browser, file, options) {
  const context = await browser.newContext(options)
  const page = await context.newPage()
  const seen = { errors: [], requests: [] }
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && seen.errors.push(message.text()))
  page.on('pageerror', (error) => seen.errors.push(String(error)))
  const url = pathToFileURL(file).href
  page.on('request', (request) => [url, 'data:,'].includes(request.url()) || seen.requests.push(request.url()))
  await page.goto(url, { waitUntil: 'load' })
  return { context, page, seen }
}

async function visit(browser, name, file, size, colours) {
  const { context, page, seen } = await opened(browser, file, { viewport: SIZES[size], colorScheme: colours })
  const closed = await overflow(page)
  await page.screenshot({ path: path.join(shots, `${name}-${size}-${colours}.png`.replaceAll(' ', '-')), fullPage: true })
  await page.evaluate(() => document.querySelectorAll('details').forEach((one) => (one.open = true)))
  const open = await overflow(page)
  await page.screenshot({ path: path.join(shots, `${name}-${size}-${colours}-open.png`.replaceAll(' ', '-')), fullPage: true })
  await page.evaluate(AXE)
  const found = await page.evaluate((tags) => globalThis.axe.run({ runOnly: tags }), TAGS)
  const violations = found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target).join(', ')}`)
  const back = await page.evaluate(() => getComputedStyle(document.body).backgroundColor)
  const labels = await page.evaluate(spilt)
  await context.close()
  return { name, size, colours, ...seen, closed, open, violations, passes: found.passes.length, back, labels }
}

/** Pixels that the page is wider than the window. */
const overflow = (page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)

/** Labels of the treemap: how many there are, and those that reach out of their piece as the browser draws them. */
function spilt() {
  const all = [...document.querySelectorAll('.map text')]
  const out = all.filter((one) => {
    const text = one.getBoundingClientRect()
    const piece = one.parentNode.querySelector('rect').getBoundingClientRect()
    return text.right > piece.right + 1 || text.bottom > piece.bottom + 2
  })
  return { all: all.length, out: out.map((one) => one.textContent) }
}

async function keyboard(browser, file) {
  const { context, page } = await opened(browser, file, { viewport: SIZES.desktop })
  const wanted = await page.evaluate(() => {
    const all = [...document.querySelectorAll('a[href], input, button, select, summary, [tabindex]')]
    const shown = all.filter((one) => one.checkVisibility() && one.tabIndex >= 0)
    shown.forEach((one, number) => (one.dataset.order = number))
    return shown.length
  })
  const order = []
  const unseen = []
  for (let number = 0; number < wanted; number++) {
    await page.keyboard.press('Tab')
    const [place, visible, words] = await page.evaluate(() => {
      const one = document.activeElement
      const style = getComputedStyle(one)
      const box = one.getBoundingClientRect()
      const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth
      return [Number(one.dataset.order), style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 && inside, one.outerHTML.slice(0, 80)]
    })
    order.push(place)
    if (!visible) unseen.push(words)
  }
  await page.locator('summary').first().focus()
  await page.keyboard.press('Enter')
  const opens = await page.evaluate(() => document.querySelector('details').open)
  await page.locator('#words').focus()
  await page.keyboard.type('cfg-01')
  const left = await page.locator('.finding:visible').count()
  await context.close()
  return { wanted, order, unseen, opens, left }
}

async function scriptless(browser, name, file) {
  const { context, page, seen } = await opened(browser, file, { viewport: SIZES.desktop, javaScriptEnabled: false })
  for (const summary of await page.locator('summary').all()) await summary.click()
  const tables = await page.locator('table').all()
  const shown = await Promise.all(tables.map((one) => one.isVisible()))
  const field = await page.locator('#words').isVisible()
  const map = await page.locator('.map').first().isVisible()
  await page.screenshot({ path: path.join(shots, 'no-script.png'), fullPage: true })
  await context.close()
  return { ...seen, name, tables: shown, field, map }
}

main().catch((error) => {
  process.stderr.write(`${error.stack}\n`)
  process.exitCode = 1
})
