// Which packages the programs of a tree load, by their text: what they name in `require`, `import` and Turbopack's loaders.
'use strict'

const fs = require('node:fs')
const path = require('node:path')
const { owner, resolve } = require('./packages.cjs')
const { within } = require('./tree.cjs')

const PROGRAM = /\.[cm]?js$/
const NAME = String.raw`(@[\w.~-]+\/[\w.~-]+|[\w~-][\w.~-]*)(?:\/[^"'\n]*)?`
// Turbopack writes `.x("name", …)` and `.y("name")` for packages that it leaves outside of a bundle.
const LOAD = new RegExp(String.raw`(?:(?:\brequire(?:\.resolve)?|\bimport|\.[xy])\s*\(\s*|\b(?:from|import)\s*)(["'])${NAME}\1`, 'g')

/** Names of the packages that a program names where it loads something. */
function named(text) {
  return new Set([...text.matchAll(LOAD)].map((match) => match[2]))
}

function read(tree, name) {
  return named(fs.readFileSync(tree.at(name), 'utf8'))
}

/** Programs that are not those of a package, nor among what the server only sends to browsers (`served`). */
function own(tree, served) {
  const isOwn = ({ name, kind }) => kind === 'file' && PROGRAM.test(name) && !owner(name) && !served.some((one) => within(name, one))
  return tree.list().filter(isOwn).map(({ name }) => name)
}

/** The app's own program that loads a package by a link `…/node_modules/NAME`; empty where none does. */
function follower(tree, served, link) {
  const { directory, name } = owner(link) ?? {}
  if (directory !== link) return ''
  const above = link.slice(0, -`/node_modules/${name}`.length)
  return own(tree, served).find((file) => (!above || within(file, above)) && nearest(tree, file, name) === link && read(tree, file).has(name)) ?? ''
}

/** The first `node_modules/NAME` above a file, whether or not it leads anywhere. */
function nearest(tree, file, name) {
  for (let directory = path.dirname(file); ; directory = path.dirname(directory)) {
    const at = path.join(directory, 'node_modules', name)
    if (fs.lstatSync(tree.at(at), { throwIfNoEntry: false })) return at
    if (directory === '.') return ''
  }
}

/** Names of the packages that the app's own programs load, and of those that these load, sorted. */
function loaded(tree, served) {
  const programs = new Map()
  for (const { name, kind } of tree.list()) {
    const directory = kind === 'file' && PROGRAM.test(name) && owner(name)?.directory
    if (directory) programs.set(directory, [...(programs.get(directory) ?? []), name])
  }
  const reached = new Set()
  const waiting = own(tree, served).map((file) => ({ from: path.dirname(file), files: [file] }))
  while (waiting.length) {
    const { from, files } = waiting.pop()
    for (const name of new Set(files.flatMap((file) => [...read(tree, file)]))) {
      const directory = resolve(tree, from, name)
      if (!directory || reached.has(directory)) continue
      reached.add(directory)
      waiting.push({ from: directory, files: programs.get(directory) ?? [] })
    }
  }
  return [...new Set([...reached].map((directory) => owner(directory)?.name ?? '').filter(Boolean))].sort()
}

module.exports = { follower, loaded, named }
