// Traces what `next build` is going to trace of packages, and keeps what it finds (kept.cjs): argv[2] is the directory of
// the package `next`, argv[3] that of the app, argv[4] the file. Runs beside the bundler, in a process of its own.
'use strict'

const fs = require('node:fs')
const Module = require('node:module')
const os = require('node:os')
const path = require('node:path')
const { isOfPackage, kind, plain, read, sha256, write } = require('./kept.cjs')

const TRACED = /\.[cm]?[jt]sx?$|(?:^|[\\/])[^.\\/]+$/
// The same for all builds that share a file.
const OF_PLATFORM = new Set(['arch', 'platform', 'type', 'endianness', 'machine'])

/** What the answer for the file that is being searched follows from; `alone`: from nothing but its text and these. */
let current

/** From here on, a question to the system makes the answer for the current file one that is not kept. */
function watch(module, harmless = new Set()) {
  for (const [name, ask] of Object.entries(module)) {
    if (typeof ask !== 'function' || harmless.has(name) || !/^_?[a-z]/.test(name)) continue
    module[name] = Object.assign(function watched(...given) {
      if (current) current.alone = false
      return ask.apply(this, given)
    }, ask)
  }
}

/**
 * What Next.js traces of its own server: `files`, absolute, and `ignore`, or undefined.
 *
 * Its own function is run with a build that has nothing in it, up to the call of the tracer.
 */
function server(next, app) {
  const load = Module._load
  return new Promise((resolve, reject) => {
    const nodeFileTrace = (files, { ignore }) => new Promise(() => resolve({ files: files.map((file) => fs.realpathSync(path.resolve(file))), ignore }))
    Module._load = function substituted(request, ...more) {
      if (request === 'next/dist/compiled/@vercel/nft') return { nodeFileTrace }
      // 13 and 14 load the compiler, for a tracer of its own that they do not use by default.
      return request === './swc' ? { loadBindings: async () => ({}) } : load.call(this, request, ...more)
    }
    const { collectBuildTraces } = require(path.join(next, 'dist/build/collect-build-traces.js'))
    const config = { output: 'standalone', experimental: {} }
    const nothing = { pageKeys: { app: [], pages: [] }, pageInfos: [], edgeRuntimeRoutes: {}, staticPages: [], hasSsrAmpPages: false }
    collectBuildTraces({ dir: app, distDir: path.join(app, '.next'), config, outputFileTracingRoot: app, ...nothing }).catch(reject)
  })
}

/** What the tracer finds in one file, as `files` of kept.cjs has it, and the files that it leads to. */
async function search(nodeFileTrace, file, cwd, ask, ignore = () => false) {
  const bytes = fs.readFileSync(file)
  let kept = { digest: sha256(bytes) }
  const analysisCache = {
    get: () => undefined,
    set: (name, found) => {
      if (current?.alone) kept = { ...kept, found: plain(found), kinds: [...current.kinds], ignored: [...current.ignored] }
      current = undefined
    },
  }
  const { readFile, readlink, stat } = ask
  const { root: base } = path.parse(file)
  const options = {
    base,
    processCwd: cwd,
    mixedModules: true,
    cache: { analysisCache },
    readFile: (one) => {
      if (current) current.alone = false
      if (current || one !== file) return readFile(one)
      current = { alone: true, kinds: new Map(), ignored: new Map() }
      return bytes.toString('utf8')
    },
    readlink: (one) => {
      if (current) current.alone = false
      return readlink(one)
    },
    stat: async (one) => {
      const searched = current
      const found = await stat(one)
      searched?.kinds.set(one, kind(found))
      return found
    },
    // Nothing is followed from here; while the file is searched, it is asked about what that could bring along.
    ignore: (name) => {
      const isIgnored = !current || ignore(name)
      current?.ignored.set(`${base}${name}`, isIgnored)
      return isIgnored
    },
  }
  // Of a file that it cannot search, nothing is kept but that: the build itself says what is wrong, if it comes there.
  const { reasons } = await nodeFileTrace([file], options).catch(() => ({ reasons: [] }))
  current = undefined
  const wanted = ([name, { type }]) => type.includes('dependency') && TRACED.test(name) && isOfPackage(`${base}${name}`) && !ignore(name)
  return { kept, leads: [...reasons].filter(wanted).map(([name]) => path.join(base, name)) }
}

function questions() {
  const { readFile } = fs.promises
  const once = (name) => {
    const [ask, known] = [fs.promises[name], new Map()]
    return (file) => known.get(file) ?? known.set(file, ask(file).catch(() => null)).get(file)
  }
  return { stat: once('stat'), readlink: once('readlink'), readFile: (file) => readFile(file, 'utf8').catch(() => null) }
}

async function main(next, cwd, file) {
  const ask = questions()
  // Before the tracer loads, which copies some of them.
  for (const module of [fs, fs.promises, Module]) watch(module)
  watch(os, OF_PLATFORM)
  const { files, asked } = read(file)
  const { files: entries, ignore } = asked.size ? { files: [...asked] } : await server(next, cwd)
  const { nodeFileTrace } = require(path.join(next, 'dist/compiled/@vercel/nft'))
  const seen = new Set(entries)
  // Grows while it is read.
  for (const one of seen) {
    if (!fs.existsSync(one)) continue
    const { kept, leads } = await search(nodeFileTrace, one, cwd, ask, ignore)
    files.set(one, kept)
    if (!asked.size) for (const lead of leads) seen.add(lead)
  }
  write(file, { files, asked: [] })
}

main(...process.argv.slice(2)).catch((error) => {
  console.error(`Build traces are not computed beside the build: ${error.message}`)
  process.exit(1)
})
