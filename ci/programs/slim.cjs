// Takes out of a payload what the server cannot reach. Each rule is an entry of a table; what a route's own trace
// lists, what the command needs and what `runtime.files` names stays, unless a rule is about what no image could load.
'use strict'

const fs = require('node:fs')
const path = require('node:path')
const { atStart } = require('./at-start.cjs')
const { isUnread } = require('./documents.cjs')
const elf = require('./elf.cjs')
const { json } = require('./next-build.cjs')
const { admits, orphans, owner, packages, unit } = require('./packages.cjs')
const { isForeignSystem, variant } = require('./platforms.cjs')
const { walk } = require('./tree.cjs')

const BUILD_TOOLS = [
  /^(typescript|prettier|husky|lint-staged|turbo|vite|vitest|jest|nodemon|concurrently|sass-loader|less-loader)$/,
  /^(webpack|terser|esbuild|uglify-js|uglify-es|rollup|lightningcss|tailwindcss|postcss|cssnano|autoprefixer|caniuse-lite|browserslist|eslint|workbox)(-.*)?$/,
  /^@(esbuild|rollup|types|typescript-eslint|eslint|tailwindcss|webassemblyjs|xtuc|turbo|vitejs|vitest|jest|parcel)\//,
  /^@swc\/(core|wasm|cli|jest|plugin)(-.*)?$/,
  /^@babel\/(core|cli|generator|parser|traverse|template|types|code-frame|helper-.*|plugin-.*|preset-.*)$/,
  /^@next\/(swc-.*|bundle-analyzer|eslint-plugin-next|mdx)$/,
  /^(@ducanh2912\/|@serwist\/)?next-pwa$|^@serwist\/next$/,
]

const POLYFILLS = `
  assert browserify-zlib buffer constants-browserify crypto-browserify domain-browser events https-browserify os-browserify
  process punycode querystring-es3 setimmediate stream-browserify stream-http string_decoder timers-browserify
  tty-browserify util vm-browserify
`
const COMPILERS = `
  @next/font @next/react-refresh-utils @vercel/nft acorn amphtml-validator babel-packages cssnano-simple glob
  icss-utils loader-runner loader-utils[23] mini-css-extract-plugin native-url neo-async next-devtools
  postcss-[a-z-]+ react-refresh sass-loader schema-utils[23]? source-map08 terser webpack-sources3
`

function anyOf(words) {
  return words.trim().split(/\s+/).join('|')
}

// Only `next build` and `next dev` load them, but what a version's server does load when it starts (at-start.cjs).
const PARTS_OF_NEXT = [
  new RegExp(`^dist/compiled/(${[POLYFILLS, COMPILERS].map(anyOf).join('|')})/`),
  /^dist\/compiled\/babel\/(?!code-frame\.js$|package\.json$)/,
  /^dist\/build\/(polyfills|webpack\/loaders|webpack-config\.js$)/,
  /^dist\/server\/capsize-font-metrics\.json$/,
]

const REACT = /^(?:dist\/compiled\/(?:react|react-dom|scheduler|react-server-dom-[a-z]+)(?:-experimental)?\/)?cjs\/[^/]+\.(development|profiling)(\.min)?\.js$/

// An ES module that imports names from React's CommonJS: Node.js looks for them in the build that the file names last,
// which is the development one, whatever it runs.
const NAMES = /\b(?:import|export)\b[^'"();]*\bfrom\s*["'](react|react-dom|scheduler)(?:\/[^"']*)?["']/g

const RULES = [
  {
    what: 'sharp and libvips',
    why: 'next.config turns the image optimizer off',
    applies: ({ optimizer }) => !optimizer,
    package: ({ name }) => name === 'sharp' || name.startsWith('@img/'),
  },
  {
    what: 'build tools',
    why: 'no route uses them; tracing the server dragged them in',
    package: ({ name }) => BUILD_TOOLS.some((pattern) => pattern.test(name)),
  },
  {
    what: 'parts of Next.js that only build or develop',
    why: 'a production server loads none of them',
    file: ({ package: name, rest, directory, started }) =>
      name === 'next' && PARTS_OF_NEXT.some((pattern) => pattern.test(rest)) && !started.get(directory)?.has(rest),
  },
  {
    what: 'development builds of React',
    why: 'the server runs with NODE_ENV=production',
    always: true,
    file: ({ package: name, rest, named }) => /^(next|react|react-dom|scheduler)$/.test(name) && REACT.test(rest) && !named.has(name),
  },
  {
    what: 'builds for other systems and C libraries',
    why: 'the image is Linux with glibc',
    always: true,
    package: ({ name, manifest }, usable) => !admits(manifest.os, 'linux') || (!admits(manifest.libc, 'glibc') && usable.has(variant(name))),
    file: ({ name, foreign }) => foreign.has(name),
  },
  {
    what: 'documentation, types and tests of packages',
    why: 'no route reads them',
    file: ({ rest, sourceMaps }) => isUnread(rest, sourceMaps),
  },
]

/**
 * Applies the rules to a tree.
 *
 * `build`: of next-build.cjs, with its `standalone`; `keep`: names that stay, with all below them; `sourceMaps`: whether
 * source maps stay. Returns what was removed, a group for each rule.
 */
function slim(tree, { build, standalone, keep, sourceMaps }) {
  const images = build.config.images ?? {}
  const optimizer = !images.unoptimized && (images.loader ?? 'default') === 'default'
  const kept = keeper([...routeFiles(build, standalone), ...keep])
  const all = packages(tree)
  const usable = new Set([...all.values()].filter(({ manifest }) => admits(manifest.os, 'linux') && admits(manifest.libc, 'glibc')).map(({ name }) => variant(name)))
  const unneeded = (rule) => [...all.values()].filter((one) => one.name && rule.package?.(one, usable) && (rule.always || !kept.within(one.directory)))
  const rules = RULES.filter((rule) => rule.applies?.({ optimizer }) ?? true)
  const gone = rules.map((rule) => new Set(unneeded(rule).map(({ directory }) => directory)))
  const removed = new Set(gone.flatMap((set) => [...set]))
  const needed = new Set([...all.keys()].filter((directory) => kept.within(directory)))
  const left = orphans(tree, all, removed, needed)
  const frameworks = [...all.values()].filter(({ name }) => name === 'next').map(({ directory }) => directory)
  const started = new Map(frameworks.map((directory) => [directory, keeper(atStart(tree.at(directory)))]))
  const context = { sourceMaps, foreign: foreignFiles(tree), started, named: namedByModules(tree) }
  const groups = rules.map((rule, n) => {
    const directories = new Set([...gone[n]].map(unit))
    return tree.remove(rule.what, rule.why, (entry) => directories.has(entry.name) || isUnneededFile(rule, entry, kept, context))
  })
  const directories = new Set([...left].map(unit))
  groups.push(tree.remove('packages that only removed ones need', 'nothing else depends on them', ({ name }) => directories.has(name)))
  return groups.filter(Boolean)
}

function isUnneededFile(rule, { name, kind }, kept, context) {
  if (kind !== 'file' || !rule.file) return false
  const held = owner(name) ?? { directory: '', name: '', rest: '' }
  return rule.file({ ...context, name, directory: held.directory, package: held.name, rest: held.rest }) && (rule.always || !kept.has(name))
}

function keeper(names) {
  const above = new Set(names)
  for (const name of names) for (let at = path.dirname(name); at !== '.' && !above.has(at); at = path.dirname(at)) above.add(at)
  const exact = new Set(names)
  const has = (name) => {
    for (let at = name; at !== '.'; at = path.dirname(at)) if (exact.has(at)) return true
    return false
  }
  return { has, within: (directory) => above.has(directory) || has(directory) }
}

/** All files that the routes' own traces list, by their names in the payload, and where links lead to them. */
function routeFiles({ dist }, { base }) {
  const server = path.join(dist, 'server')
  const traces = fs.existsSync(server) ? walk(server).filter(({ name }) => name.endsWith('.nft.json')) : []
  const listed = new Set(traces.flatMap(({ name }) => json(path.join(server, name)).files.map((file) => path.resolve(server, path.dirname(name), file))))
  return [...listed].flatMap((file) => (fs.statSync(file, { throwIfNoEntry: false })?.isFile() ? [file, fs.realpathSync(file)] : [])).map((file) => path.relative(base, file))
}

/** Packages whose names an ES module of another package imports. */
function namedByModules(tree) {
  const modules = tree.list().filter(({ name, kind }) => kind === 'file' && /\.m?js$/.test(name) && !['', 'next'].includes(owner(name)?.name ?? ''))
  return new Set(modules.flatMap(({ name }) => [...fs.readFileSync(tree.at(name), 'utf8').matchAll(NAMES)].map((match) => match[1])))
}

/** Programs and libraries of other systems; those for musl only where there is the same for glibc. */
function foreignFiles(tree) {
  const files = tree.list().filter(({ name, kind }) => kind === 'file' && /(^|\/)node_modules\//.test(name))
  const read = files.map(({ name }) => ({ name, head: head(tree.at(name)), info: elf.read(tree.at(name)) }))
  const key = ({ name, info }) => `${info.platform} ${variant(name)}`
  const usable = new Set(read.filter(({ info }) => info?.libc && info.libc !== 'musl').map(key))
  return new Set(read.filter((file) => isForeignSystem(file.name, file.head) || (file.info?.libc === 'musl' && usable.has(key(file)))).map(({ name }) => name))
}

function head(file) {
  const descriptor = fs.openSync(file)
  const bytes = Buffer.alloc(4)
  fs.readSync(descriptor, bytes, 0, 4, 0)
  fs.closeSync(descriptor)
  return bytes
}

module.exports = { slim }
