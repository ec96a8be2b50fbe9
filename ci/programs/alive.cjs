// Paths of a build that answer 200 without any code of the app: no API is called, no key is wanted, nobody is redirected.
'use strict'

const path = require('node:path')
const { json } = require('./next-build.cjs')
const { INTERNAL, encoded, files, page } = require('./routes.cjs')

const MOST = 20
// Of public and of metadata routes, in this order: what nearly every app has.
const USUAL = [/^\/robots\.txt$/, /^\/favicon\.ico$/, /^\/(apple-)?icon[^/]*$/, /^\/(manifest\.json|site\.webmanifest|manifest\.webmanifest)$/]

/**
 * Of a build that runs a server; `directory` is that of server.js in the payload, `chunk` a static chunk or empty. The
 * start page is the first if it is among them, then other pages, then files, and a chunk is the last.
 * `behind`: paths of these that middleware or a redirect looks at, so that they may answer otherwise, files first.
 */
function alive({ dist, config }, directory, chunk) {
  const prefix = config.basePath ?? ''
  const free = untouched(dist, prefix)
  const prerendered = wholePages(dist)
  const isFile = (name) => /\.[^/]+$/.test(name)
  // With i18n the language of the request decides where a page is.
  const pages = config.i18n ? [] : prerendered.filter((name) => !isFile(name) && !INTERNAL.test(name)).sort(byDepth)
  const shown = [...prerendered.filter(isFile), ...files(path.join(directory, 'public'))].sort()
  const usual = USUAL.flatMap((pattern) => shown.filter((name) => pattern.test(name)))
  const written = pages.map((name) => page(config, name))
  const sent = [...usual.map((name) => encoded(prefix + name)), ...(chunk ? [chunk] : [])]
  const sure = [...new Set([...written, ...sent])].filter(free)
  const behind = [...new Set([...sent, ...written])].filter((name) => !sure.includes(name))
  return { alive: sure.slice(0, MOST), behind: behind.slice(0, MOST) }
}

/** Of a static export in a directory. */
function aliveStatic(config, directory) {
  const prefix = config.basePath ?? ''
  const all = files(directory)
  const pages = all.filter((name) => /\.html$/.test(name)).map((name) => name.replace(/(index)?\.html$/, '')).filter((name) => !INTERNAL.test(name)).sort(byDepth)
  const usual = USUAL.flatMap((pattern) => all.filter((name) => pattern.test(name)))
  const start = config.trailingSlash ? `${prefix}/` : prefix || '/'
  const found = new Set([...pages.map((name) => (name === '/' ? start : encoded(prefix + name))), ...[...usual, ...all].map((name) => encoded(prefix + name))])
  return { alive: [...found].slice(0, MOST), behind: [] }
}

/** Pages that the build wrote as a whole: not those of which a part is left for each request. */
function wholePages(dist) {
  const routes = Object.entries(json(path.join(dist, 'prerender-manifest.json'))?.routes ?? {})
  const whole = routes.filter(([, route]) => (route.initialStatus ?? 200) === 200 && !/^PARTIALLY/.test(route.renderingMode ?? '') && !route.experimentalPPR)
  const plain = Object.entries(json(path.join(dist, 'server/pages-manifest.json')) ?? {}).filter(([, file]) => file.endsWith('.html'))
  return [...whole, ...plain].map(([name]) => name)
}

/** Whether neither the middleware, nor a redirect or an early rewrite of next.config, looks at a path. */
function untouched(dist, prefix) {
  const edge = Object.values(json(path.join(dist, 'server/middleware-manifest.json'))?.middleware ?? {})
  const node = json(path.join(dist, 'server/functions-config-manifest.json'))?.functions?.['/_middleware']
  const matchers = [...edge, ...(node ? [node] : [])].flatMap((one) => one.matchers ?? [{ regexp: '' }])
  const routes = json(path.join(dist, 'routes-manifest.json')) ?? {}
  const moved = [...(routes.redirects ?? []), ...(routes.rewrites?.beforeFiles ?? [])].filter(({ internal }) => !internal)
  const patterns = [...matchers.map(({ regexp }) => regexp ?? ''), ...moved.map(({ regex }) => regex ?? '')].map(compiled)
  return (name) => !patterns.some((pattern) => pattern.test(name) || pattern.test(name.slice(prefix.length) || '/'))
}

/** A pattern that cannot be read matches everything. */
function compiled(text) {
  try {
    return new RegExp(text)
  } catch {
    return /^/
  }
}

function byDepth(a, b) {
  return (a === '/' ? 0 : a.split('/').length) - (b === '/' ? 0 : b.split('/').length) || (a < b ? -1 : 1)
}

module.exports = { alive, aliveStatic }
