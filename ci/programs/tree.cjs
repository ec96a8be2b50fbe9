// A directory of files that are taken away in groups, with an account of what went and why.
'use strict'

const fs = require('node:fs')
const path = require('node:path')
const { fail } = require('./fail.cjs')

const PLACES = 5

function walk(directory, prefix = '') {
  const entries = fs.readdirSync(directory, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  return entries.flatMap((entry) => {
    const name = prefix + entry.name
    const at = path.join(directory, entry.name)
    if (entry.isDirectory()) return [{ name, kind: 'directory', bytes: 0 }, ...walk(at, `${name}/`)]
    return [entry.isSymbolicLink() ? { name, kind: 'link', bytes: 0 } : { name, kind: 'file', bytes: fs.statSync(at).size }]
  })
}

function copy(from, to) {
  fs.cpSync(from, to, { recursive: true, verbatimSymlinks: true })
}

function within(name, directory) {
  return name === directory || name.startsWith(`${directory}/`)
}

class Tree {
  constructor(root) {
    this.root = fs.realpathSync(root)
    this.gone = new Set()
  }

  /** What is there now, in the order of names: `{ name, kind: 'file' | 'link' | 'directory', bytes }`. */
  list() {
    return walk(this.root)
  }

  bytes() {
    return this.list().reduce((sum, { bytes }) => sum + bytes, 0)
  }

  at(name) {
    return path.join(this.root, name)
  }

  /** Where a link leads, relative to the root. */
  target(name) {
    return path.relative(this.root, path.resolve(path.dirname(this.at(name)), fs.readlinkSync(this.at(name))))
  }

  /**
   * Takes away what is true of `matches(entry)`, directories with all that is in them, and directories that are empty
   * then. Returns null if nothing matches.
   */
  remove(what, why, matches) {
    const [names, places] = [[], new Map()]
    let [bytes, files] = [0, 0]
    for (const entry of this.list()) {
      const inside = names.length && within(entry.name, names.at(-1))
      if (!inside && !matches(entry)) continue
      if (!inside) names.push(entry.name)
      bytes += entry.bytes
      files += entry.kind === 'directory' ? 0 : 1
      places.set(place(names.at(-1)), (places.get(place(names.at(-1))) ?? 0) + entry.bytes)
    }
    for (const name of names) this.#forget(name)
    const largest = [...places].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([name]) => name)
    return names.length ? { what, why, bytes, files, paths: largest.slice(0, PLACES) } : null
  }

  #forget(name) {
    fs.rmSync(this.at(name), { recursive: true, force: true })
    this.gone.add(name)
    const parent = path.dirname(name)
    if (parent !== '.' && !fs.readdirSync(this.at(parent)).length) this.#forget(parent)
  }

  /** Takes away links to what was removed; any other link that leads nowhere, or out of the tree, is an error. */
  settleLinks() {
    for (;;) {
      const dead = this.list().filter(({ name, kind }) => kind === 'link' && this.#isDead(name))
      for (const { name } of dead) this.#forget(name)
      if (!dead.length) return
    }
  }

  #isDead(name) {
    const target = this.target(name)
    const text = fs.readlinkSync(this.at(name))
    if (within(target, '..') || path.isAbsolute(target)) {
      fail(`the link ${name} leaves the payload: ${text}`, 'set outputFileTracingRoot in next.config to the directory that holds all packages')
    }
    if (fs.existsSync(this.at(name))) return false
    if (this.#wasRemoved(target)) return true
    return fail(`the link ${name} points to nothing: ${text}`, 'find what removed its target; outputFileTracingIncludes in next.config adds files')
  }

  #wasRemoved(name, seen = new Set()) {
    if (seen.has(name)) return false
    seen.add(name)
    for (let at = name; at !== '.'; at = path.dirname(at)) {
      if (this.gone.has(at)) return true
      if (!fs.lstatSync(this.at(at), { throwIfNoEntry: false })?.isSymbolicLink()) continue
      return this.#wasRemoved(path.join(this.target(at), path.relative(at, name)), seen)
    }
    return false
  }
}

/** The package or the directory that a removed entry counts to. */
function place(name) {
  const packages = /^.*?node_modules\/(?:\.[^/]+\/[^/]+|(?:@[^/]+\/)?[^/]+)/.exec(name)
  return packages ? packages[0] : name.split('/').slice(0, 3).join('/')
}

module.exports = { Tree, copy, walk, within }
