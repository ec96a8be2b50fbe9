// Packs what `next build` left, in a Dockerfile of this project (ci/decide/dockerfile): the files of payload.cjs before
// what the server cannot reach is left out. argv[2] is JSON with the options, argv[3] the directory, which gets
// `node_modules` and `app` for files of root, and `writable` for those of the user.
'use strict'

const fs = require('node:fs')
const { createRequire } = require('node:module')
const path = require('node:path')
const { fail } = require('./fail.cjs')
const { toRegExp } = require('./glob.cjs')
const { libraries } = require('./libraries.cjs')
const { SECRET, SOURCE, SOURCE_MAP, TEST } = require('./never.cjs')
const { findBuild, standaloneOutput } = require('./next-build.cjs')

const PACKAGE = /(^|\/)node_modules\//
const SERVER_OF_NEXT = /(^|\/)node_modules\/next\/dist\/server\/next\.js$/

const options = JSON.parse(process.argv[2])
const out = path.resolve(process.argv[3])
const root = path.join(out, 'app')

async function main() {
  const build = findBuild(path.normalize(options.app))
  const { at, dist, served } = options.serve === 'static' ? fromExport(build) : await fromServer(build)
  if (options.side) addSide(path.join(root, at), options.serve === 'static' ? '' : path.relative(at, dist))
  const named = options.files.map((name) => path.join(at, name).replace(/\/$/, ''))
  const all = names()
  for (const glob of options.exclude) {
    if (!all.some((name) => toRegExp(glob).test(name))) fail(`runtime.exclude: \`${glob}\` matches nothing`, 'correct the pattern, or remove it')
    remove((name) => toRegExp(glob).test(name))
  }
  const isKept = (name) => [...named, dist, ...served].some((one) => within(name, one))
  remove((name) => SECRET.test(name) || name === path.join(dist, 'cache') || ((SOURCE.test(name) || TEST.test(name)) && !PACKAGE.test(name) && !isKept(name)))
  if (!options.sourceMaps) remove((name) => SOURCE_MAP.test(name) && !named.some((one) => within(name, one)))
  while (remove((name) => isLink(name) && !fs.existsSync(path.join(root, name)) && PACKAGE.test(name)));
  for (const name of options.writable) move(path.join(at, name).replace(/\/$/, ''), name.endsWith('/') || path.join(at, name) === path.join(dist, 'cache'))
  fs.mkdirSync(path.join(root, 'node_modules'), { recursive: true })
  fs.renameSync(path.join(root, 'node_modules'), path.join(out, 'node_modules'))
}

async function fromServer(build) {
  const { root: from, server, base, dist } = standaloneOutput(build)
  if (server !== path.normalize(options.app)) fail(`the build has its server in ${server}, and the app is in ${options.app}`, 'set outputFileTracingRoot in next.config to the root of the source')
  copy(from, root)
  copy(path.join(build.dist, 'static'), path.join(root, dist, 'static'))
  if (fs.existsSync(path.join(build.app, 'public'))) copy(path.join(build.app, 'public'), path.join(root, server, 'public'))
  addFiles(build.app, path.join(root, server))
  if (options.entry) await addEntry(build, path.join(root, server), base)
  addWhole(base)
  const files = names().filter((name) => fs.lstatSync(path.join(root, name)).isFile())
  for (const name of libraries(files, root, base)) bring(path.join(base, name), path.join(root, name))
  return { at: server, dist, served: [path.join(server, 'public'), path.join(dist, 'static')] }
}

function fromExport(build) {
  if (!build.out || !fs.existsSync(build.out)) fail('the build left no static export', 'set `output: "export"` in next.config, or runtime.serve: server in the pipeline file')
  copy(build.out, path.join(root, 'out'))
  copy(path.join(__dirname, 'serve-static.cjs'), path.join(root, 'server.js'))
  fs.writeFileSync(path.join(root, 'static.json'), JSON.stringify({ directory: 'out', basePath: build.config.basePath ?? '' }))
  addFiles(build.app, root)
  return { at: '.', dist: 'out', served: ['out'] }
}

function addSide(to, dist) {
  fs.mkdirSync(path.join(to, '.next-distroless'), { recursive: true })
  for (const name of options.watching) copy(path.join(__dirname, name), path.join(to, '.next-distroless', name))
  fs.writeFileSync(path.join(to, '.next-distroless/side.json'), JSON.stringify({ ...options.side, dist }))
}

function addFiles(app, to) {
  for (const name of options.files) {
    const file = [name, `${name}.js`].find((one) => fs.existsSync(path.join(app, one)))
    if (!file) fail(`runtime.files: the app has no \`${name}\``, 'correct the pipeline file; files that the build writes can be used too')
    if (path.normalize(name).startsWith('..')) fail(`runtime.files: \`${name}\` is outside the app`, 'copy it into the app in a build script')
    copy(path.join(app, file), path.join(to, file))
  }
}

/** The programs of the command that the build did not make, what they need, and the configuration of Next.js' server. */
async function addEntry({ app, dist, config }, to, base) {
  const { resolve } = createRequire(path.resolve(app, 'package.json'))
  const words = options.command.flatMap((word) => (word.startsWith('-') ? word.split('=').slice(1) : [word]))
  const own = words.filter((name) => options.files.includes(name) || !fs.existsSync(path.join(to, name)))
  const files = own.map((name) => program(app, name) || attempt(() => resolve(name))).filter(Boolean)
  const { nodeFileTrace } = require(path.join(path.dirname(resolve('next/package.json')), 'dist/compiled/@vercel/nft'))
  let starts = false
  const ignore = (name) => {
    starts ||= SERVER_OF_NEXT.test(name)
    return /(^|\/)node_modules\/next\//.test(name)
  }
  for (const conditions of [['node'], ['node', 'module-sync']]) {
    const { fileList, reasons } = await nodeFileTrace(files, { base, processCwd: path.resolve(app), ignore, conditions })
    for (const name of fileList) if (PACKAGE.test(name) || String(reasons.get(name)?.type) !== 'asset') bring(path.join(base, name), path.join(root, name))
  }
  for (const file of files.filter((one) => !PACKAGE.test(one))) bring(file, path.join(root, path.relative(base, file)))
  const settings = JSON.stringify({ ...config, distDir: `./${path.relative(app, dist)}` })
  const lines = ["'use strict'", ...(starts ? ["process.env.NODE_ENV = 'production'", `process.env.__NEXT_PRIVATE_STANDALONE_CONFIG = ${JSON.stringify(settings)}`] : []), '']
  fs.mkdirSync(path.join(to, path.dirname(options.entry)), { recursive: true })
  fs.writeFileSync(path.join(to, options.entry), lines.join('\n'))
}

/** Packages with files that Node.js prefers by `module-sync`, which Next.js' trace does not know, as they were installed. */
function addWhole(base) {
  for (const name of names().filter((one) => /(^|\/)node_modules\/(@[^/]+\/)?[^/]+\/package\.json$/.test(one))) {
    const { exports: exported } = JSON.parse(fs.readFileSync(path.join(root, name), 'utf8'))
    const from = path.join(base, path.dirname(name))
    if (JSON.stringify(exported ?? '').includes('"module-sync"') && fs.existsSync(from)) copy(from, path.join(root, path.dirname(name)))
  }
}

function program(app, name) {
  const files = [name, `${name}.js`].map((one) => path.resolve(app, one))
  return files.find((file) => fs.statSync(file, { throwIfNoEntry: false })?.isFile())
}

function attempt(work) {
  try {
    return work()
  } catch {
    return undefined
  }
}

function copy(from, to) {
  fs.cpSync(from, to, { recursive: true, verbatimSymlinks: true })
}

function bring(from, to) {
  if (fs.lstatSync(to, { throwIfNoEntry: false })) return
  fs.mkdirSync(path.dirname(to), { recursive: true })
  fs.cpSync(from, to, { recursive: true, verbatimSymlinks: true })
}

function move(name, isDirectory) {
  if (isDirectory) fs.mkdirSync(path.join(root, name), { recursive: true })
  if (!fs.existsSync(path.join(root, name))) fail(`runtime.writable: the payload has no \`${name}\``, 'correct the pipeline file; to create a directory, end its name with a slash')
  fs.mkdirSync(path.dirname(path.join(out, 'writable', name)), { recursive: true })
  fs.renameSync(path.join(root, name), path.join(out, 'writable', name))
}

/** Takes away what is true of `matches(name)`, directories with all that is in them; returns whether there was any. */
function remove(matches) {
  const gone = names().filter(matches)
  for (const name of gone) fs.rmSync(path.join(root, name), { recursive: true, force: true })
  return gone.length > 0
}

function names() {
  // With file types, since without them links to directories are followed.
  return fs.readdirSync(root, { recursive: true, withFileTypes: true }).map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
}

function isLink(name) {
  return fs.lstatSync(path.join(root, name), { throwIfNoEntry: false })?.isSymbolicLink() ?? false
}

function within(name, directory) {
  return name === directory || name.startsWith(`${directory}/`)
}

main().catch((error) => {
  console.error(error)
  process.exit(1)
})
