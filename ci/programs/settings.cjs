// Which files of the source count for what outlives one build: the key of server actions, and webpack's cache.
'use strict'

const crypto = require('node:crypto')
const fs = require('node:fs')
const path = require('node:path')

const CODE = /\.[cm]?[jt]sx?$/
const CONFIGURES = /\.([cm]?[jt]s|json|json5|ya?ml|toml)$|^\.[^/]*$/
const NOT_SOURCE = new Set(['node_modules', '.git', '.next', '.yarn', '.pnpm-store'])
const ACTIONS = /['"]use (?:server|cache)\b/
const RELATIVE = /['"`](\.{1,2}(?:\/[^'"`\n]*)?)['"`]/g
const BARE = /(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire(?:\.resolve)?\s*\(\s*|"extends"\s*:\s*\[?\s*)['"]((?:@[\w.-]+\/)?[\w-][\w.-]*)/g
const ENDINGS = ['', '.js', '.cjs', '.mjs', '.ts', '.cts', '.mts', '.json', '/index.js', '/index.cjs', '/index.mjs', '/index.ts']

/** A sha256 over the files that have server actions or cached functions: Next.js names and encrypts both with one key. */
function actions(root) {
  return digest(root, [...files(root)].filter((file) => CODE.test(file) && ACTIONS.test(read(file))))
}

/**
 * A sha256 over the files that configure a compile without being compiled: those at the root of the source and of the
 * app, and whatever they name. webpack keeps a digest of each file that it compiles, but none of these.
 */
function configuration(root, app) {
  const found = new Set()
  const waiting = [...new Set([root, app])].flatMap((directory) => inside(directory).filter((file) => CONFIGURES.test(path.basename(file))))
  while (waiting.length) {
    const file = waiting.pop()
    if (found.has(file)) continue
    found.add(file)
    waiting.push(...named(file, root))
  }
  return digest(root, [...found])
}

function* named(file, root) {
  const text = read(file)
  for (const [, name] of text.matchAll(RELATIVE)) yield* resolved(path.resolve(path.dirname(file), name), root)
  for (const [, name] of text.matchAll(BARE)) yield* workspacePackage(name, path.dirname(file), root)
}

function* resolved(place, root) {
  for (const ending of ENDINGS) {
    const file = place + ending
    if (below(file, root) && fs.existsSync(file) && fs.statSync(file).isFile()) yield file
  }
}

/** Files of a package of the workspace; those of other packages follow from the lockfile. */
function* workspacePackage(name, from, root) {
  for (let directory = from; ; directory = path.dirname(directory)) {
    const place = path.join(directory, 'node_modules', name)
    if (fs.existsSync(place)) {
      const real = fs.realpathSync(place)
      if (below(real, root) && real !== root) yield* files(real)
      return
    }
    if (directory === root || directory === path.dirname(directory)) return
  }
}

function below(file, root) {
  return file.startsWith(root + path.sep) && !file.slice(root.length).split(path.sep).some((part) => NOT_SOURCE.has(part))
}

function* files(directory) {
  for (const entry of fs.readdirSync(directory, { withFileTypes: true })) {
    const file = path.join(directory, entry.name)
    if (entry.isDirectory() && !NOT_SOURCE.has(entry.name)) yield* files(file)
    else if (entry.isFile()) yield file
  }
}

function inside(directory) {
  return fs.readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isFile() && !NOT_SOURCE.has(entry.name)).map((entry) => path.join(directory, entry.name))
}

function digest(root, names) {
  const hash = crypto.createHash('sha256')
  for (const name of names.sort()) {
    const text = fs.readFileSync(name)
    hash.update(`${path.relative(root, name)}\0${text.length}\0`).update(text)
  }
  return hash.digest('hex')
}

function read(file) {
  return fs.readFileSync(file, 'utf8')
}

module.exports = { actions, configuration }
