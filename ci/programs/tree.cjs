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

  /**
   * Takes away links to what was removed, and links to packages that lead nowhere and that no program follows: Next.js'
   * trace lists links of pnpm, such as those of `.pnpm/node_modules`, behind which it found no file to list. Returns the
   * account of the latter, null if there are none. Any other link that leads nowhere, or out of the tree, is an error.
   *
   * `follower(name)`: the app's own program that follows a link, or empty; without it, every link counts as followed.
   */
  settleLinks(follower = () => 'a program') {
    const idle = new Set()
    for (;;) {
      const dead = this.list().filter(({ name, kind }) => kind === 'link' && this.#isDead(name))
      for (const { name } of dead) if (!this.#wasRemoved(this.target(name))) idle.add(this.#idle(name, follower))
      for (const { name } of dead) this.#forget(name)
      if (!dead.length) break
    }
    const what = 'links to packages that nothing loads'
    const paths = [...idle].sort().slice(0, PLACES)
    return idle.size ? { what, why: "Next.js' trace lists the link, and no file behind it", bytes: 0, files: idle.size, paths } : null
  }

  #isDead(name) {
    const target = this.target(name)
    if (within(target, '..') || path.isAbsolute(target)) {
      fail(`the link ${name} leaves the payload: ${fs.readlinkSync(this.at(name))}`, 'set outputFileTracingRoot in next.config to the directory that holds all packages')
    }
    return !fs.existsSync(this.at(name))
  }

  /** The name of a dead link to a package that no program follows. */
  #idle(name, follower) {
    const text = fs.readlinkSync(this.at(name))
    if (!/(^|\/)node_modules\//.test(name)) {
      fail(`the link ${name} points to nothing: ${text}`, 'commit what it points to, remove the link, or name it in runtime.exclude')
    }
    const file = follower(name)
    if (file) fail(`the link ${name} points to nothing: ${text}, and ${file} loads it`, 'add the files of the package by outputFileTracingIncludes in next.config, or take it out of outputFileTracingExcludes')
    return name
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
