// Paths of a build that can be requested with GET, for comparing two payloads of it: always the same, in the same order.
'use strict'

const fs = require('node:fs')
const path = require('node:path')
const { json } = require('./next-build.cjs')
const { walk } = require('./tree.cjs')

const MOST = { prerendered: 120, other: 120, public: 40, chunks: 6, styles: 4 }
const INVENTED = 'next-distroless'
const INTERNAL = /^\/(_app|_document|_error|_not-found|_global-error|404|500)$/
const PICTURE = /\.(png|jpe?g|webp)$/i

/** Of a build that runs a server; `directory` is that of server.js in the payload. */
function serverRoutes({ app, dist, config }, directory) {
  const prefix = config.basePath ?? ''
  const dynamic = [...new Set([...appPages(dist), ...Object.keys(json(path.join(dist, 'server/pages-manifest.json')) ?? {})])]
  const prerendered = Object.keys(json(path.join(dist, 'prerender-manifest.json'))?.routes ?? {})
  const pages = [...take(dynamic.map(concrete), MOST.other), ...take(prerendered, MOST.prerendered)].filter((name) => !INTERNAL.test(name))
  const shown = files(path.join(directory, 'public'))
  const picture = optimized(config) && shown.find((name) => PICTURE.test(name))
  return unique([
    ...pages.sort().map((name) => page(config, name)),
    ...(picture ? [image(config, prefix, picture)] : []),
    ...['/favicon.ico', ...take(shown, MOST.public)].map((name) => encoded(prefix + name)),
    ...assets(path.join(directory, path.relative(app, dist), 'static')).map((name) => encoded(`${prefix}/_next/static${name}`)),
    encoded(`${prefix}/${INVENTED}/nothing-here`),
  ])
}

/** The path that a page is asked for by. */
function page(config, name) {
  const plain = name === '/' ? '' : name
  return encoded((config.basePath ?? '') + plain + (config.trailingSlash && !/\.[^/]+$/.test(plain) ? '/' : '')) || '/'
}

/** Of a static export in a directory. */
function staticRoutes(config, directory) {
  const prefix = config.basePath ?? ''
  const all = files(directory)
  const pages = all.filter((name) => /\.html$/.test(name)).map((name) => name.replace(/(index)?\.html$/, ''))
  const others = all.filter((name) => !/\.html$/.test(name) && !name.startsWith('/_next/'))
  return unique([...take(pages, MOST.other), ...take(others, MOST.public), ...assets(path.join(directory, '_next/static')).map((name) => `/_next/static${name}`), `/${INVENTED}/nothing-here`]
    .map((name) => encoded(prefix + name)))
}

function appPages(dist) {
  return Object.values(json(path.join(dist, 'app-path-routes-manifest.json')) ?? {})
}

/** A dynamic route with an invented value: `/blog/[...slug]` → `/blog/next-distroless`. */
function concrete(name) {
  return name.replace(/\[{1,2}(\.\.\.)?[^\]]+\]{1,2}/g, INVENTED)
}

function optimized({ images = {} }) {
  return !images.unoptimized && (images.loader ?? 'default') === 'default'
}

function image({ images = {} }, prefix, picture) {
  const widths = [...(images.imageSizes ?? []), ...(images.deviceSizes ?? [])]
  const width = widths.length && !widths.includes(64) ? widths[0] : 64
  const quality = images.qualities?.length && !images.qualities.includes(75) ? images.qualities[0] : 75
  return `${images.path ?? `${prefix}/_next/image`}?url=${encodeURIComponent(prefix + picture)}&w=${width}&q=${quality}`
}

function assets(directory) {
  const all = files(directory)
  const of = (pattern) => all.filter((name) => pattern.test(name))
  return [...take(of(/\.js$/), MOST.chunks), ...take(of(/\.css$/), MOST.styles), ...take(of(/\.woff2?$/), 1)]
}

function files(directory) {
  if (!fs.existsSync(directory)) return []
  return walk(directory).filter(({ kind }) => kind === 'file').map(({ name }) => `/${name}`).sort()
}

/** Evenly spread over a list, so that a limit does not hide everything behind one letter. */
function take(list, most) {
  const sorted = [...new Set(list)].sort()
  const step = Math.max(1, sorted.length / most)
  return Array.from({ length: Math.min(most, sorted.length) }, (_, n) => sorted[Math.floor(n * step)])
}

function encoded(name) {
  try {
    return encodeURI(decodeURI(name))
  } catch {
    return encodeURI(name)
  }
}

function unique(list) {
  return [...new Set(list.map((name) => name || '/'))]
}

module.exports = { INTERNAL, encoded, files, page, serverRoutes, staticRoutes }
