// Finds what `next build` left: its directory, its configuration, and where the server is in the standalone output.
'use strict'

const fs = require('node:fs')
const path = require('node:path')
const { fail } = require('./fail.cjs')

const REQUIRED = 'required-server-files.json'
const SKIPPED = new Set(['node_modules', '.git', 'standalone', 'cache', 'server', 'static'])

/**
 * The build of the app in a directory below the current one.
 *
 * `dist`: what next.config calls distDir. `config`: the configuration it was built with. Both relative to the current
 * directory, as is `out`, the directory of a static export (empty for none).
 */
function findBuild(app) {
  const dist = distDirectory(app)
  const config = json(path.join(dist, REQUIRED))?.config ?? {}
  const details = json(path.join(dist, 'export-detail.json'))
  const out = config.output === 'export' || details?.success ? path.relative('.', details?.outDirectory ?? path.join(app, 'out')) : ''
  return { app, dist, config, out }
}

/**
 * The standalone output of a build: its directory; `server`, where server.js is in it; `base`, the directory of the
 * source that it mirrors; `dist`, where it has the build itself.
 */
function standaloneOutput({ app, dist, config }) {
  const root = path.join(dist, 'standalone')
  if (!fs.existsSync(root)) {
    if (config.output === 'export') fail('next.config sets output: "export", so there is no server to run', 'set runtime.serve: static in the pipeline file, or remove output')
    fail(`the build left no ${root}`, 'set `output: "standalone"` in next.config')
  }
  const server = serverDirectory(root, path.relative(app, dist), json(path.join(dist, REQUIRED))?.relativeAppDir)
  if (server === undefined) fail(`${root} has no server.js`, 'set `output: "standalone"` in next.config, and no other output')
  const up = path.relative(server, '.')
  return { root, server, base: path.resolve(app, up), dist: path.join(server, path.relative(app, dist)) }
}

function distDirectory(app) {
  const usual = path.join(app, '.next')
  if (fs.existsSync(path.join(usual, REQUIRED))) return usual
  return [...builds('.')].find((dist) => path.resolve(app, json(path.join(dist, REQUIRED))?.config?.distDir ?? '') === path.resolve(dist)) ?? usual
}

function* builds(directory) {
  const entries = fs.readdirSync(directory, { withFileTypes: true })
  if (entries.some(({ name }) => name === REQUIRED)) yield directory
  for (const entry of entries) if (entry.isDirectory() && !SKIPPED.has(entry.name)) yield* builds(path.join(directory, entry.name))
}

function serverDirectory(root, dist, expected) {
  if (expected !== undefined && fs.existsSync(path.join(root, expected, 'server.js'))) return path.normalize(expected || '.')
  const found = [...servers(root, '.')]
  return found.find((directory) => fs.existsSync(path.join(root, directory, dist, 'BUILD_ID'))) ?? found[0]
}

function* servers(root, directory) {
  const levels = [directory]
  while (levels.length) {
    const next = levels.shift()
    for (const entry of fs.readdirSync(path.join(root, next), { withFileTypes: true })) {
      if (entry.isDirectory() && !SKIPPED.has(entry.name) && !entry.name.startsWith('.')) levels.push(path.join(next, entry.name))
      else if (entry.name === 'server.js') yield next
    }
  }
}

function json(file) {
  return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : undefined
}

module.exports = { findBuild, json, standaloneOutput }
