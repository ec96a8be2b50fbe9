// Shared libraries that machine code of a package finds by its RPATH, in a package beside its own. Next.js' trace knows
// some packages of this kind by name and layout only; what it does not know ends when it is loaded.
'use strict'

const fs = require('node:fs')
const path = require('node:path')
const elf = require('./elf.cjs')
const { owner } = require('./packages.cjs')

/**
 * Names of what files need and `root` lacks, below `base`: libraries, the links that lead to them, and the package.json
 * of their packages. `names` are files below `root`, which have the same place below `base`.
 */
function libraries(names, root, base) {
  const found = new Set()
  const waiting = names.map((name) => ({ name, at: path.join(root, name) }))
  for (const { name, at } of waiting) {
    const info = elf.read(at)
    for (const library of info?.needed ?? []) {
      const near = elf.searched(info, name).map((place) => path.join(place, library).slice(1))
      if (near.some((one) => fs.existsSync(path.join(root, one)))) continue
      const first = near.map((one) => route(one, base)).find(Boolean)
      if (!first) continue
      if (!found.has(first.file)) waiting.push({ name: first.file, at: path.join(base, first.file) })
      for (const one of [...first.links, first.file, manifest(first.file)]) if (fs.existsSync(path.join(base, one))) found.add(one)
    }
  }
  return [...found]
}

/** The file that a name below `base` leads to, and the links on the way: `{ file, links }`, or null. */
function route(name, base) {
  const links = []
  let [done, left] = ['', name.split('/')]
  while (left.length) {
    const next = path.join(done, left[0])
    const stat = fs.lstatSync(path.join(base, next), { throwIfNoEntry: false })
    if (!stat || next.startsWith('..')) return null
    if (stat.isSymbolicLink()) {
      if (links.includes(next)) return null
      links.push(next)
      const target = path.relative(base, path.resolve(base, done, fs.readlinkSync(path.join(base, next))))
      ;[done, left] = ['', [...target.split('/'), ...left.slice(1)]]
    } else [done, left] = [next, left.slice(1)]
  }
  return { file: done, links }
}

function manifest(file) {
  return path.join(owner(file)?.directory ?? '.', 'package.json')
}

module.exports = { libraries }
