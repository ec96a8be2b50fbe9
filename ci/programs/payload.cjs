// Packs what `next build` left: argv[2] is JSON with the options, argv[3] the directory, argv[4] the report.
'use strict'

const fs = require('node:fs')
const path = require('node:path')
const { alive, aliveStatic } = require('./alive.cjs')
const elf = require('./elf.cjs')
const { bring, entries, follow, program, writePreload } = require('./entry.cjs')
const { fail } = require('./fail.cjs')
const { toRegExp } = require('./glob.cjs')
const { libraries } = require('./libraries.cjs')
const { follower, loaded } = require('./loads.cjs')
const { complete } = require('./module-sync.cjs')
const { SECRET, SOURCE, SOURCE_MAP, TEST } = require('./never.cjs')
const { findBuild, standaloneOutput } = require('./next-build.cjs')
const { serverRoutes, staticRoutes } = require('./routes.cjs')
const { settle } = require('./settle.cjs')
const { slim } = require('./slim.cjs')
const { Tree, copy, walk, within } = require('./tree.cjs')

const SIDE = [require.resolve('./side.cjs'), require.resolve('./side-labels.cjs'), require.resolve('./side-metrics.cjs'), require.resolve('./side-watch.cjs')]
const STATIC = { directory: 'out', server: 'server.js', settings: 'static.json' }

async function main(options, out, report) {
  const build = findBuild(path.normalize(options.app))
  const packed = options.serve === 'static' ? assembleStatic(build, options, out) : await assembleServer(build, options, out)
  if (options.side) writeSide(path.join(out, packed.app), { ...options.side, dist: packed.standalone ? path.relative(packed.app, packed.build) : '' })
  const tree = new Tree(out)
  const standalone = tree.bytes()
  const named = options.files.map((name) => path.join(packed.app, name).replace(/\/$/, ''))
  const removed = [...exclude(tree, options.exclude), ...leaveOut(tree, packed, named, options.sourceMaps)]
  if (options.slim && packed.standalone) {
    removed.push(...slim(tree, { build, standalone: packed.standalone, keep: [...named, ...packed.traced], sourceMaps: options.sourceMaps }))
  }
  removed.push(...groups(tree.settleLinks((link) => follower(tree, packed.served, link))))
  if (packed.standalone) settle(tree, packed.build)
  const writable = writables(tree, packed, options.writable)
  const scripts = walkIfThere(packed.chunks).filter(({ name }) => name.endsWith('.js'))
  const chunk = scripts.find(({ name }) => name.startsWith('chunks/')) ?? scripts[0]
  const asked = chunk ? `${build.config.basePath ?? ''}/_next/static/${chunk.name}` : ''
  fs.writeFileSync(report, JSON.stringify({
    app: packed.app,
    dist: packed.build,
    bytes: tree.bytes(),
    standalone,
    native: machineCode(tree, packed.served),
    writable,
    chunk: asked,
    preload: packed.preload,
    loaded: packed.standalone ? loaded(tree, packed.served) : [],
    removed,
    routes: packed.routes(),
    ...packed.alive(asked),
  }))
}

async function assembleServer(build, options, out) {
  const standalone = standaloneOutput(build)
  const at = path.join(out, standalone.server)
  copy(standalone.root, out)
  copy(path.join(build.dist, 'static'), path.join(out, standalone.dist, 'static'))
  const shown = path.join(build.app, 'public')
  if (fs.existsSync(shown)) copy(shown, path.join(at, 'public'))
  addFiles(build.app, options.files.map((name) => fileOf(build.app, name, options.command)), at)
  const place = { app: build.app, server: standalone.server, base: standalone.base }
  const { traced, next } = await follow(entries(options, place, out), place, out)
  await complete(new Tree(out), place)
  for (const name of libraries(files(out), out, standalone.base)) bring(path.join(standalone.base, name), path.join(out, name))
  return {
    app: standalone.server,
    standalone,
    traced,
    preload: next ? writePreload(build, at) : '',
    chunks: path.join(out, standalone.dist, 'static'),
    build: standalone.dist,
    served: [path.join(standalone.server, 'public'), path.join(standalone.dist, 'static')],
    routes: () => serverRoutes(build, at),
    alive: (chunk) => alive(build, at, chunk),
  }
}

function assembleStatic(build, options, out) {
  if (!build.out || !fs.existsSync(build.out)) fail('the build left no static export', 'set `output: "export"` in next.config, or runtime.serve: server in the pipeline file')
  const at = path.join(out, STATIC.directory)
  copy(build.out, at)
  fs.copyFileSync(require.resolve('./serve-static.cjs'), path.join(out, STATIC.server))
  fs.writeFileSync(path.join(out, STATIC.settings), JSON.stringify({ directory: STATIC.directory, basePath: build.config.basePath ?? '' }))
  addFiles(build.app, options.files, out)
  return {
    app: '.',
    traced: [],
    preload: '',
    chunks: path.join(at, '_next/static'),
    build: STATIC.directory,
    served: [STATIC.directory],
    routes: () => staticRoutes(build.config, at),
    alive: () => aliveStatic(build.config, at),
  }
}

/** What watches the app, with its settings. */
function writeSide(directory, settings) {
  const to = path.join(directory, '.next-distroless')
  fs.mkdirSync(to, { recursive: true })
  for (const name of SIDE) fs.copyFileSync(name, path.join(to, path.basename(name)))
  fs.writeFileSync(path.join(to, 'side.json'), JSON.stringify(settings))
}

/** The command's own name of a program, such as `server` for server.js, names the file too. */
function fileOf(app, name, command) {
  if (!command.includes(name) || fs.existsSync(path.join(app, name))) return name
  const found = program(app, name)
  return found ? path.relative(app, found) : name
}

function addFiles(app, files, to) {
  for (const name of files) {
    const from = path.join(app, name).replace(/\/$/, '')
    if (!fs.existsSync(from)) fail(`runtime.files: the app has no \`${name}\``, 'correct the pipeline file; files that the build writes can be used too')
    if (within(path.relative(app, from), '..')) fail(`runtime.files: \`${name}\` is outside the app`, 'copy it into the app in a build script')
    copy(from, path.join(to, path.relative(app, from)))
  }
}

/** What the pipeline file names; a glob that matches nothing is an error. */
function exclude(tree, globs) {
  const patterns = globs.map((glob) => ({ glob, pattern: toRegExp(glob) }))
  const names = patterns.length ? tree.list().map(({ name }) => name) : []
  for (const { glob, pattern } of patterns) {
    if (!names.some((name) => pattern.test(name))) fail(`runtime.exclude: \`${glob}\` matches nothing`, 'correct the pattern, or remove it')
  }
  return groups(tree.remove('runtime.exclude', 'the pipeline file excludes it', ({ name }) => patterns.some(({ pattern }) => pattern.test(name))))
}

/** What never belongs into an image. What is named in `runtime.files` stays, except secrets. */
function leaveOut(tree, { app, build, served, chunks }, named, sourceMaps) {
  const isNamed = (name) => named.some((one) => within(name, one))
  const isOurs = (name) => !/(^|\/)node_modules\//.test(name) && ![build, ...served].some((one) => within(name, one)) && !isNamed(name)
  return groups(
    tree.remove('files that may hold secrets', 'they never go into an image', ({ name }) => SECRET.test(name)),
    tree.remove('the cache of the build', 'a server begins with an empty one', ({ name }) => name === path.join(build, 'cache')),
    tree.remove('tests of the app', 'a server runs none', ({ name }) => TEST.test(name) && isOurs(name)),
    tree.remove('sources of the app', 'the build compiled them', ({ name, kind }) => kind !== 'directory' && SOURCE.test(name) && isOurs(name)),
    tree.remove('source maps', 'runtime.source-maps is off', ({ name, kind }) => !sourceMaps && kind !== 'directory' && SOURCE_MAP.test(name) && !isNamed(name)),
  )
}

function groups(...all) {
  return all.filter(Boolean)
}

/** Machine code that the server can load; what it only serves to others may be for any platform. */
function machineCode(tree, served) {
  const files = tree.list().filter(({ name, kind }) => kind === 'file' && !served.some((one) => within(name, one)))
  return Object.fromEntries(files.map(({ name }) => [name, elf.read(tree.at(name))?.platform]).filter(([, platform]) => platform))
}

/** Kinds of the writable paths. The build's cache, and a directory that is named with a slash, are made if absent. */
function writables(tree, { app, build }, names) {
  return Object.fromEntries(names.map((name) => {
    const at = path.join(app, name).replace(/\/$/, '')
    if (name.endsWith('/') || at === path.join(build, 'cache')) fs.mkdirSync(tree.at(at), { recursive: true })
    const stat = fs.statSync(tree.at(at), { throwIfNoEntry: false })
    if (!stat) fail(`runtime.writable: the payload has no \`${name}\``, 'correct the pipeline file; to create a directory, end its name with a slash')
    return [at, stat.isDirectory() ? 'directory' : 'file']
  }))
}

function files(directory) {
  return walk(directory).filter(({ kind }) => kind === 'file').map(({ name }) => name)
}

function walkIfThere(directory) {
  return fs.existsSync(directory) ? walk(directory) : []
}

main(JSON.parse(process.argv[2]), process.argv[3], process.argv[4])
