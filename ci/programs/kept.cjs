// What a trace found in the files of packages, kept from build to build: a file of JSON for each Next.js and directory.
'use strict'

const crypto = require('node:crypto')
const fs = require('node:fs')
const path = require('node:path')

const NAME = /^traces-[0-9a-f]{64}\.json$/
const KEPT = 3
const LISTS = ['deps', 'imports', 'assets']

/** Whether a file or directory belongs to a package. The app's own files are traced at each build. */
function isOfPackage(name) {
  return /[\\/]node_modules(?:[\\/]|$)/.test(name)
}

function sha256(bytes) {
  return crypto.createHash('sha256').update(bytes).digest('hex')
}

/**
 * The file in which it is kept.
 *
 * `directory`: of such files. `tracer`: the program that traces. `cwd`: the directory that it takes for the app's. What
 * else could change what it finds in a file is in the name too: Node.js, the platform, and these programs.
 */
function place(directory, tracer, cwd) {
  const programs = ['kept.cjs', 'ahead.cjs'].map((name) => sha256(fs.readFileSync(path.join(__dirname, name))))
  const facts = [fs.realpathSync(tracer), sha256(fs.readFileSync(tracer)), cwd, process.version, process.platform, process.arch, ...programs]
  return path.join(directory, `traces-${sha256(JSON.stringify(facts))}.json`)
}

/**
 * What a file holds; nothing where there is none, or none that can be read.
 *
 * `files`: path to `{ digest, found, kinds, ignored }`: the sha256 of the file's content; the tracer's own answer for it,
 * not there if it depends on more than this; and what else that follows from, each a path and its kind, or whether the
 * trace ignores it. `asked`: paths that a build had to trace itself.
 */
function read(file) {
  try {
    const { files, asked } = JSON.parse(fs.readFileSync(file, 'utf8'))
    return { files: new Map(files), asked: new Set(asked) }
  } catch {
    return { files: new Map(), asked: new Set() }
  }
}

/** Writes it at once, without files that are gone, and forgets other ones but the newest. */
function write(file, { files, asked }) {
  const there = { files: [...files].filter(([name]) => fs.existsSync(name)), asked: [...asked].filter((name) => fs.existsSync(name)) }
  const directory = path.dirname(file)
  const part = `${file}.${process.pid}`
  fs.mkdirSync(directory, { recursive: true })
  fs.writeFileSync(part, JSON.stringify(there))
  fs.renameSync(part, file)
  const all = fs.readdirSync(directory).filter((name) => NAME.test(name)).map((name) => path.join(directory, name))
  const newest = all.sort((a, b) => fs.statSync(b).mtimeMs - fs.statSync(a).mtimeMs)
  for (const old of newest.slice(KEPT)) fs.rmSync(old, { force: true })
}

/** The tracer's answer as JSON has it; undefined where a list has more than texts. */
function plain(found) {
  const lists = LISTS.map((name) => [name, [...found[name]]])
  if (lists.some(([, list]) => list.some((one) => typeof one !== 'string'))) return undefined
  return { ...Object.fromEntries(lists), isESM: found.isESM }
}

/** What the tracer wants to know of a path: `file`, `directory`, `other`, or empty for nothing there. */
function kind(stat) {
  if (!stat) return ''
  return (stat.isFile() && 'file') || (stat.isDirectory() && 'directory') || 'other'
}

module.exports = { isOfPackage, kind, place, plain, read, sha256, write }
