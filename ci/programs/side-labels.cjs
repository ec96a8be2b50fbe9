// The route of a request, by a number of names that has a bound: what a metric is kept by.
'use strict'

const fs = require('node:fs')
const path = require('node:path')

const MOST = 200
const OTHER = 'other'
// What Next.js serves beside the routes of the app.
const INTERNAL = /^\/(_next\/(?:static|image|data))(?:\/|$)/

/** A function from the URL of a request to a name; `dist` is the directory of the build, empty for none. */
function labels(dist) {
  const manifest = dist ? read(path.join(dist, 'routes-manifest.json')) : {}
  const base = manifest.basePath ?? ''
  const languages = new Set(manifest.i18n?.locales ?? [])
  const fixed = new Set((manifest.staticRoutes ?? []).slice(0, MOST).map(({ page }) => page))
  const patterns = (manifest.dynamicRoutes ?? []).slice(0, MOST).map(({ page, regex }) => ({ page, regex: new RegExp(regex) }))
  return (url) => {
    const [whole] = url.split(/[?#]/, 1)
    if (base && whole !== base && !whole.startsWith(`${base}/`)) return OTHER
    const [name, internal] = [plain(whole.slice(base.length)), INTERNAL.exec(whole.slice(base.length))]
    if (internal) return internal[1]
    const page = languages.size ? withoutLanguage(name, languages) : name
    return fixed.has(page) ? page : patterns.find(({ regex }) => regex.test(page))?.page ?? OTHER
  }
}

function read(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'))
  } catch (error) {
    if (error.code === 'ENOENT') return {}
    throw error
  }
}

function plain(name) {
  return name.replace(/\/+$/, '') || '/'
}

function withoutLanguage(name, languages) {
  const [, first, ...rest] = name.split('/')
  return languages.has(first) ? `/${rest.join('/')}` : name
}

module.exports = { labels }
