// npm packages in a tree of files: which file belongs to which, and which package needs which.
'use strict'

const fs = require('node:fs')
const path = require('node:path')

const STORED = /^(.*\/\.(?:pnpm|bun)\/[^/]+)\/node_modules\/(?:@[^/]+\/)?[^/]+$/

/** The package that a path lies in, by the innermost node_modules: `{ directory, name, rest }`, or null. */
function owner(file) {
  const found = /^((?:.*\/)?node_modules\/)((?:@[^/]+\/)?[^/@.][^/]*)(?:\/(.*))?$/.exec(file)
  return found && { directory: found[1] + found[2], name: found[2], rest: found[3] ?? '' }
}

/**
 * All packages of a tree: directory → `{ directory, name, manifest }`. One without package.json has an empty manifest;
 * one outside node_modules, such as the app itself, has no name.
 */
function packages(tree) {
  const found = new Map()
  for (const { name, kind } of tree.list()) {
    const held = owner(name)
    const directory = held?.directory ?? path.dirname(name)
    const isManifest = name === path.join(directory, 'package.json')
    if (kind !== 'file' || (!isManifest && (!held || found.has(directory)))) continue
    found.set(directory, { directory, name: held?.name ?? '', manifest: isManifest ? manifest(tree.at(name)) : {} })
  }
  return found
}

function manifest(file) {
  try {
    return Object(JSON.parse(fs.readFileSync(file, 'utf8')))
  } catch {
    return {}
  }
}

/** Directories of the packages that a package declares and finds. */
function needs(tree, { directory, manifest }) {
  const names = ['dependencies', 'optionalDependencies', 'peerDependencies'].flatMap((kind) => Object.keys(Object(manifest[kind])))
  return names.map((name) => resolve(tree, directory, name)).filter(Boolean)
}

/** Directory of the package that a name means in a directory, where links lead; empty where there is none. */
function resolve(tree, from, name) {
  for (let directory = from; ; directory = path.dirname(directory)) {
    const at = tree.at(path.join(directory, 'node_modules', name))
    if (path.basename(directory) !== 'node_modules' && fs.existsSync(at)) return path.relative(tree.root, fs.realpathSync(at))
    if (directory === '.') return ''
  }
}

/** Directories of `start` and of all that they need, directly or not, never passing through `without`. */
function closure(tree, all, start, without = new Set()) {
  const reached = new Set()
  const queue = [...start]
  while (queue.length) {
    const directory = queue.pop()
    if (reached.has(directory) || without.has(directory) || !all.has(directory)) continue
    reached.add(directory)
    queue.push(...needs(tree, all.get(directory)))
  }
  return reached
}

/** Packages that are there only because the `removed` ones needed them. */
function orphans(tree, all, removed, kept) {
  const candidates = closure(tree, all, removed)
  const roots = [...all.keys()].filter((directory) => !candidates.has(directory) || kept.has(directory))
  const live = closure(tree, all, roots, removed)
  return new Set([...candidates].filter((directory) => !live.has(directory) && !removed.has(directory)))
}

/** Whether a list of package.json's `os`, `cpu` or `libc` admits a value, as package managers read it. */
function admits(list, value) {
  const wanted = [list ?? []].flat()
  const refused = wanted.filter((one) => one.startsWith('!'))
  return !refused.includes(`!${value}`) && (wanted.length === refused.length || wanted.includes(value) || wanted.includes('any'))
}

/** What a package takes up: with pnpm and bun a directory of the store, in which links to its dependencies are beside it. */
function unit(directory) {
  return STORED.exec(directory)?.[1] ?? directory
}

module.exports = { admits, orphans, owner, packages, resolve, unit }
