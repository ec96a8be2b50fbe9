// The files of the app that the image's command starts, and what those need beside what Next.js traced.
'use strict'

const fs = require('node:fs')
const { createRequire } = require('node:module')
const path = require('node:path')
const { fail } = require('./fail.cjs')
const { within } = require('./tree.cjs')

const LOADS = /^(-r|--require|--import)(?:=(.*))?$/
const SERVER_OF_NEXT = /(^|\/)node_modules\/next\/dist\/server\/next\.js$/
// Node.js prefers `module-sync` from 20.19 on; older ones do not know it.
const CONDITIONS = [['node'], ['node', 'module-sync']]
const PRELOAD = '.next-distroless/config.cjs'

/** What node's arguments load: the program, and modules before it. */
function loaded(command) {
  const found = []
  for (let n = 0; n < command.length; n += 1) {
    const flag = LOADS.exec(command[n])
    if (flag) found.push({ name: flag[2] ?? command[(n += 1)] ?? '', module: true })
    else if (!command[n].startsWith('-')) return [...found, { name: command[n], module: false }]
  }
  return found
}

/** Files of the app, absolute, that the command loads; those that the payload lacks are copied into it. */
function entries({ command, files }, { app, server }, out) {
  const at = path.join(out, server)
  return loaded(command).flatMap(({ name, module }) => {
    const mine = program(app, name)
    const names = [path.normalize(name), path.relative(app, mine)]
    const listed = files.map((file) => path.normalize(file).replace(/\/$/, ''))
    const named = listed.some((file) => names.some((one) => within(one, file)))
    if (program(at, name) && !named) return []
    if (mine) {
      for (const file of [mine, path.join(app, name, 'package.json')]) if (fs.existsSync(file)) put(file, path.join(at, path.relative(app, file)))
      return [path.resolve(mine)]
    }
    const found = module && resolved(app, name)
    if (!found) fail(`runtime.command: neither the app nor its build has \`${name}\``, 'correct the pipeline file; files that the build writes can be used too')
    return [found]
  })
}

/**
 * The file that node takes for the name of a program: the file itself, or with `.js`, or what the package.json of a
 * directory calls `main`, or its index.js (https://nodejs.org/api/modules.html#all-together); empty for none.
 */
function program(root, name) {
  const at = path.join(root, name)
  if (fs.statSync(at, { throwIfNoEntry: false })?.isFile()) return at
  const found = resolved(root, `./${name}`)
  const inside = found && path.relative(fs.realpathSync(root), found)
  return inside && !within(inside, '..') ? path.join(root, inside) : ''
}

function put(file, to) {
  fs.mkdirSync(path.dirname(to), { recursive: true })
  fs.cpSync(file, to)
}

function resolved(app, name) {
  try {
    return createRequire(path.resolve(app, 'package.json')).resolve(name)
  } catch {
    return ''
  }
}

/**
 * Copies what the files need, and the standalone output lacks, into the payload.
 *
 * Returns `{ traced, next }`: names of all they need, and whether they start a Next.js server themselves.
 */
async function follow(files, { app, base }, out) {
  if (!files.length) return { traced: [], next: false }
  let next = false
  const ignore = (name) => {
    next ||= SERVER_OF_NEXT.test(name)
    return /(^|\/)node_modules\/next\//.test(name)
  }
  const traced = new Set()
  for (const conditions of CONDITIONS) {
    const { fileList, reasons } = await tracer(app)(files, { base, processCwd: path.resolve(app), ignore, conditions })
    for (const name of fileList) if (/(^|\/)node_modules\//.test(name) || isCode(reasons.get(name))) traced.add(name)
  }
  for (const name of traced) bring(path.join(base, name), path.join(out, name))
  return { traced: [...traced], next }
}

function tracer(app) {
  const next = resolved(app, 'next/package.json')
  const at = path.join(path.dirname(next), 'dist/compiled/@vercel/nft')
  if (!next || !fs.existsSync(at)) fail('the app has no `next` package, so its own server cannot be traced', 'add next to the dependencies of the app')
  return require(at).nodeFileTrace
}

/** A file that only looks as if it were read, such as a directory's content, is for `runtime.files`. */
function isCode(reason) {
  return Boolean(reason) && !(reason.type.length === 1 && reason.type[0] === 'asset')
}

function bring(from, to) {
  if (fs.lstatSync(to, { throwIfNoEntry: false })) return
  fs.mkdirSync(path.dirname(to), { recursive: true })
  if (fs.lstatSync(from).isSymbolicLink()) fs.symlinkSync(fs.readlinkSync(from), to)
  else fs.copyFileSync(from, to)
}

/** Writes what a custom server must load first: the configuration that the generated server.js would have set. */
function writePreload({ app, dist, config }, directory) {
  const settings = JSON.stringify({ ...config, distDir: `./${path.relative(app, dist)}` })
  const file = path.join(directory, PRELOAD)
  fs.mkdirSync(path.dirname(file), { recursive: true })
  fs.writeFileSync(file, `'use strict'\nprocess.env.NODE_ENV = 'production'\nprocess.env.__NEXT_PRIVATE_STANDALONE_CONFIG = ${JSON.stringify(settings)}\n`)
  return PRELOAD
}

module.exports = { bring, entries, follow, program, tracer, writePreload }
