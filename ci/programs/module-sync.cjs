// Files that a server loads by the condition `module-sync`. Node.js prefers it from 20.19 on; Next.js' trace does not know
// it, and lists what `require` would find without it. Such a server ends with "Cannot find module" when it starts.
'use strict'

const fs = require('node:fs')
const path = require('node:path')
const { bring, tracer } = require('./entry.cjs')
const { owner, packages } = require('./packages.cjs')

const CONDITION = 'module-sync'

/** Copies into a payload what its packages export by the condition, and what those files need. */
async function complete(tree, { app, base }) {
  const wanted = unlisted(tree).filter((name) => fs.existsSync(path.join(base, name)))
  if (!wanted.length) return
  const files = wanted.map((name) => path.join(base, name))
  const options = { base, processCwd: path.resolve(app), ignore: () => false, conditions: ['node', CONDITION] }
  const { fileList } = await tracer(app)(files, options)
  for (const name of fileList) if (owner(name)) bring(path.join(base, name), tree.at(name))
}

/** Names of files that a package of the tree exports by the condition, in place of a file that is there. */
function unlisted(tree) {
  const there = tree.list().filter(({ kind }) => kind === 'file').map(({ name }) => name)
  const exporting = [...packages(tree).values()].filter(({ manifest }) => JSON.stringify(manifest.exports ?? '').includes(`"${CONDITION}"`))
  const found = exporting.flatMap(({ directory, manifest }) => {
    const files = there.filter((name) => name.startsWith(`${directory}/`)).map((name) => `./${name.slice(directory.length + 1)}`)
    return choices(manifest.exports).flatMap(({ preferred, others }) => targets(preferred, others, files)).map((name) => path.join(directory, name))
  })
  return [...new Set(found)].filter((name) => !there.includes(name))
}

/** What stands beside the condition, wherever in the exports: `{ preferred, others }`, each a list of files. */
function choices(exported) {
  if (!exported || typeof exported !== 'object') return []
  const inner = Object.values(exported).flatMap(choices)
  if (!(CONDITION in exported)) return inner
  const { [CONDITION]: preferred, ...others } = exported
  return [...inner, { preferred: strings(preferred), others: strings(others) }]
}

function strings(exported) {
  if (typeof exported === 'string') return [exported]
  return exported && typeof exported === 'object' ? Object.values(exported).flatMap(strings) : []
}

function targets(preferred, others, files) {
  const stars = others.flatMap((other) => files.flatMap((file) => matched(other, file)))
  return [...new Set(stars)].flatMap((star) => preferred.map((name) => name.replaceAll('*', star)))
}

/** What `*` stands for where a file is that of the pattern; without a star an empty text. */
function matched(pattern, file) {
  const [start, ...rest] = pattern.split('*')
  if (!rest.length) return file === pattern ? [''] : []
  const end = rest.at(-1)
  const fits = rest.length === 1 && file.length >= start.length + end.length && file.startsWith(start) && file.endsWith(end)
  return fits ? [file.slice(start.length, file.length - end.length)] : []
}

module.exports = { complete }
