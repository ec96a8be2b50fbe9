// Loaded before `next build`: "Collecting build traces" does not search again what it knows of the files of packages.
// Next.js' own tracer still follows every name; only its answers for one file are kept, by the content of that file.
'use strict'

const { spawn } = require('node:child_process')
const fs = require('node:fs')
const Module = require('node:module')
const path = require('node:path')
const { isMainThread } = require('node:worker_threads')
const { isOfPackage, kind, place, read, sha256, write } = require('./kept.cjs')

const DIRECTORY = fs.readFileSync(path.join(__dirname, 'kept'), 'utf8')
const AHEAD = 'NEXT_DISTROLESS_TRACES'
const TRACER = 'next/dist/compiled/@vercel/nft'
const BUILD = /[\\/]next[\\/]dist[\\/]build[\\/]index\.js$/
const BUNDLERS = { './webpack-build': 'webpackBuild', './turbopack-build': 'turbopackBuild' }
// Turbopack finds the files of the server itself from this version on.
const TRACES_ITSELF = 16
// With any other option the answer for a file could be another one.
const OPTIONS = new Set(['base', 'processCwd', 'mixedModules', 'moduleSyncCatchall', 'readFile', 'readlink', 'stat', 'ignore'])
const PAUSE = 20

function hooked() {
  const load = Module._load
  Module._load = function keeping(request, parent, ...more) {
    const loaded = load.call(this, request, parent, ...more)
    if (request === TRACER && loaded?.nodeFileTrace) return { ...loaded, nodeFileTrace: keeper(loaded.nodeFileTrace, Module._resolveFilename(request, parent)) }
    const name = BUNDLERS[request]
    if (!name || !loaded?.[name] || !isMainThread || !BUILD.test(parent?.filename ?? '')) return loaded
    const build = loaded[name]
    const next = path.resolve(path.dirname(parent.filename), '../..')
    return { ...loaded, [name]: (...options) => (start(next, name), build(...options)) }
  }
}

/** Begins to trace Next.js' server beside the bundler, where no earlier build left what that finds. */
function start(next, bundler) {
  const { version } = JSON.parse(fs.readFileSync(path.join(next, 'package.json'), 'utf8'))
  if (process.env[AHEAD] || (bundler === BUNDLERS['./turbopack-build'] && Number.parseInt(version, 10) >= TRACES_ITSELF)) return
  const cwd = directoryOf(next)
  const file = place(DIRECTORY, path.join(next, 'dist/compiled/@vercel/nft/index.js'), cwd)
  const { files, asked } = read(file)
  if (files.size && !asked.size) return
  const env = { ...process.env, NODE_OPTIONS: '' }
  const child = spawn(process.execPath, [require.resolve('./ahead.cjs'), next, cwd, file], { cwd, env, stdio: ['ignore', 'ignore', 'inherit'] })
  child.on('error', () => {})
  child.unref()
  process.on('exit', () => child.kill('SIGKILL'))
  if (child.pid) process.env[AHEAD] = String(child.pid)
}

/** The app's directory, as Next.js has it when it begins to bundle. */
function directoryOf(next) {
  try {
    return require(path.join(next, 'dist/build/build-context.js')).NextBuildContext.dir ?? process.cwd()
  } catch {
    return process.cwd()
  }
}

function keeper(nodeFileTrace, tracer) {
  return async (files, options = {}) => {
    if (!options.mixedModules || !options.processCwd || Object.keys(options).some((name) => !OPTIONS.has(name))) return nodeFileTrace(files, options)
    await ended(Number(process.env[AHEAD]))
    const file = place(DIRECTORY, tracer, options.processCwd)
    const kept = read(file)
    const analysisCache = new Known(kept.files, options)
    const result = await nodeFileTrace(files, { ...options, ...questions(options), cache: { analysisCache } })
    const { asked } = analysisCache
    if (asked.size || kept.asked.size) attempt(() => write(file, { files: kept.files, asked }))
    return result
  }
}

/** Waits for a process that another one of this build began; at once where there is none. */
async function ended(pid) {
  while (pid && attempt(() => process.kill(pid, 0))) await new Promise((resolve) => setTimeout(resolve, PAUSE))
}

function attempt(work) {
  try {
    return work()
  } catch {
    return false
  }
}

/** The tracer's cache of answers, a file's path to what it found in it; filled from what is kept. */
class Known extends Map {
  constructor(kept, options) {
    super()
    this.kept = kept
    this.options = options
    this.asked = new Set()
  }

  get(name) {
    const { digest, found, kinds, ignored } = this.kept.get(name) ?? {}
    const isSame = digest && attempt(() => sha256(fs.readFileSync(name)) === digest)
    if (!isSame && isOfPackage(name)) this.asked.add(name)
    const isFound = isSame && found && kinds.every(([one, was]) => this.kind(one) === was) && ignored.every(([one, was]) => this.ignores(one) === was)
    return isFound ? found : super.get(name)
  }

  kind(name) {
    return kind(attempt(() => fs.statSync(name)))
  }

  /** What the tracer does with a path: what is outside of its base never counts. */
  ignores(name) {
    const { base, ignore } = this.options
    const inside = path.relative(path.resolve(base ?? '.'), name)
    return inside.startsWith(`..${path.sep}`) || Boolean(ignore?.(inside))
  }
}

/** The same questions to the file system, each asked once: Next.js' own functions bypass the tracer's cache of them. */
function questions({ stat, readlink }) {
  const link = readlink && ((name) => (isNoLink(name) ? null : readlink(name)))
  return Object.fromEntries(Object.entries({ stat, readlink: link }).filter(([, ask]) => ask).map(([name, ask]) => [name, once(ask)]))
}

/** Whether there is something else: an error for each such file makes up most of the time of `readlink`. */
function isNoLink(name) {
  const stat = fs.lstatSync(name, { throwIfNoEntry: false })
  return stat !== undefined && !stat.isSymbolicLink()
}

function once(ask) {
  const answers = new Map()
  return async (name) => {
    if (!isOfPackage(name)) return ask(name)
    if (!answers.has(name)) answers.set(name, ask(name))
    return answers.get(name)
  }
}

hooked()
