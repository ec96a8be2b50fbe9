// Makes a payload fit for one platform, and checks that it is: argv[2] is the JSON of what to do, argv[3] the payload,
// argv[4] the report.
'use strict'

const fs = require('node:fs')
const path = require('node:path')
const { isUnread } = require('./documents.cjs')
const elf = require('./elf.cjs')
const { fail } = require('./fail.cjs')
const { admits, owner, packages, unit } = require('./packages.cjs')
const { CPUS, isForeignSystem, variant } = require('./platforms.cjs')
const { Tree, copy, walk, within } = require('./tree.cjs')

const UNPACKED = '/opt/packages/native'
const SERVED = /^(?!.*node_modules\/)(?:(?:.*\/)?(?:public|static)|out)\//
const LIBRARIES = ['lib', 'lib64', 'usr/lib', 'usr/lib64', 'usr/local/lib']

function main({ platform, swaps, base, slim, sourceMaps }, payload, report) {
  const tree = new Tree(payload)
  const swapped = swap(tree, swaps, slim ? (rest) => isUnread(rest, sourceMaps) : () => false)
  dropForeign(tree, platform)
  tree.settleLinks()
  const native = machineCode(tree)
  check(tree, native, platform, sharedLibraries(base))
  fs.writeFileSync(report, JSON.stringify({ native: Object.fromEntries(native.map(({ name, info }) => [name, info.platform])), swapped }))
}

/**
 * Puts the packages for this platform in place of those that were installed; returns the swaps that had a place.
 *
 * `left`: which files of a package are left out, by their path in it.
 */
function swap(tree, swaps, left) {
  const all = [...packages(tree).values()]
  const done = swaps.flatMap((one) => {
    const places = all.filter(({ name, manifest }) => name === one.from.name && (!one.from.version || manifest.version === one.from.version))
    return places.length ? [{ ...one, places: places.map(({ directory }) => directory) }] : []
  })
  for (const { places, to, at = path.join(UNPACKED, to.name.replace('/', '+')) } of done) {
    if (!fs.existsSync(at)) fail(`the package ${to.name} was not fetched`, 'run again; if it fails again, add the package for that platform to the lockfile')
    for (const directory of places) {
      for (const entry of fs.readdirSync(tree.at(directory))) if (entry !== 'node_modules') fs.rmSync(tree.at(path.join(directory, entry)), { recursive: true })
      copy(at, tree.at(directory))
      for (const { name, kind } of walk(at)) if (kind === 'file' && left(name)) fs.rmSync(path.join(tree.at(directory), name))
    }
  }
  relink(tree, done)
  for (const { places, from, to } of done) for (const directory of places) move(tree, directory, from.name, to.name)
  return done.map(({ from, to, places }) => ({ from: from.name, to: to.name, version: to.version, places: places.length }))
}

/** A path with one package's name in place of another's: as directories, and as pnpm and bun write it in their store. */
function renamed(name, { from, to }) {
  return `/${name}/`
    .replaceAll(`/node_modules/${from.name}/`, `/node_modules/${to.name}/`)
    .replace(/(?<=\/node_modules\/\.(?:pnpm|bun)\/)[^/]+/g, (store) => (store.startsWith(`${stored(from.name)}@`) ? store.replace(stored(from.name), stored(to.name)) : store))
    .slice(1, -1)
}

function stored(name) {
  return name.replace('/', '+')
}

/** Lets all links lead to where the packages will be; links that bear a package's name get the new one. */
function relink(tree, swaps) {
  const final = (name) => swaps.reduce(renamed, name)
  for (const { name, kind } of tree.list()) {
    if (kind !== 'link') continue
    const target = tree.target(name)
    const own = swaps.find(({ from }) => name.endsWith(`node_modules/${from.name}`))
    if (!own && final(name) === name && final(target) === target) continue
    const place = own ? name.slice(0, -own.from.name.length) + own.to.name : name
    fs.rmSync(tree.at(name))
    fs.mkdirSync(path.dirname(tree.at(place)), { recursive: true })
    if (!fs.lstatSync(tree.at(place), { throwIfNoEntry: false })) fs.symlinkSync(path.relative(path.dirname(final(name)), final(target)), tree.at(place))
  }
}

function move(tree, directory, from, to) {
  const target = directory.slice(0, -from.length) + to
  exchange(tree, directory, target)
  const store = unit(target)
  if (store !== target) exchange(tree, store, path.join(path.dirname(store), path.basename(store).replace(stored(from), stored(to))))
}

/**
 * Moves a directory. If the place is taken, both platforms' packages were installed, and the one there stays. It is
 * copied, since a directory of a lower layer of an overlay file system cannot be renamed.
 */
function exchange(tree, from, to) {
  if (from === to) return
  fs.mkdirSync(path.dirname(tree.at(to)), { recursive: true })
  if (!fs.existsSync(tree.at(to))) copy(tree.at(from), tree.at(to))
  fs.rmSync(tree.at(from), { recursive: true })
}

/** Takes away what is for other platforms, where what it is a build of is there for this one. */
function dropForeign(tree, platform) {
  const code = machineCode(tree)
  const isFit = ({ info }) => info.platform === platform && info.libc !== 'musl'
  const fit = new Set(code.filter(isFit).map(({ name }) => variant(name)))
  const unfit = code.filter((file) => !isFit(file) && (fit.has(variant(file.name)) || isForeignSystem(file.name, file.head))).map(({ name }) => name)
  const all = packages(tree)
  const whole = unfit.map((name) => all.get(owner(name)?.directory)).filter((one) => one && isForeign(one, platform))
  const gone = new Set([...unfit, ...whole.map(({ directory }) => unit(directory))])
  tree.remove('', '', ({ name }) => gone.has(name))
}

function isForeign({ manifest }, platform) {
  return !admits(manifest.os, 'linux') || !admits(manifest.cpu, CPUS[platform]) || !admits(manifest.libc, 'glibc')
}

/** Machine code that the server can load; what it only serves to others may be for any platform. */
function machineCode(tree) {
  const files = tree.list().filter(({ name, kind }) => kind === 'file' && !SERVED.test(name))
  return files.map(({ name }) => ({ name, info: elf.read(tree.at(name)) })).filter(({ info }) => info?.platform)
}

function check(tree, code, platform, libraries) {
  for (const { name, info } of code) {
    if (info.platform !== platform) fail(`${name} is machine code for ${info.platform}, so there can be no ${platform} image`, FIXES.platform(platform))
    if (info.libc === 'musl') fail(`${name} needs musl's C library, but the image has glibc`, FIXES.musl)
    const missing = info.needed.find((library) => !libraries.has(library) && !carries(tree, code, { name, info }, library))
    if (missing) fail(`${name} needs ${missing}, which neither the payload nor the image has`, FIXES.library)
  }
}

const FIXES = {
  platform: (platform) => `exclude it in runtime.exclude; or add the package for ${platform} to the lockfile (npm, yarn, bun: install again without limits on cpu and os; pnpm: supportedArchitectures); or publish without ${platform}`,
  musl: 'exclude it in runtime.exclude, or add the package for glibc to the lockfile (pnpm: supportedArchitectures.libc)',
  library: 'add the library to the app and list it in runtime.files, use a build of the package that includes it, or exclude the file in runtime.exclude',
}

/** Whether the payload has a library where the loader looks for it, or in the package itself, which may load it first. */
function carries(tree, code, { name, info }, library) {
  const origin = path.dirname(name)
  if (elf.searched(info, name).some((place) => fs.existsSync(path.join(tree.root, place, library)))) return true
  const home = owner(name)?.directory
  const near = code.filter((other) => path.dirname(other.name) === origin || (home && within(other.name, home)))
  return near.some((other) => path.basename(other.name) === library || other.info.soname === library)
}

/** Names of all libraries in the directories that the loader of the image searches. */
function sharedLibraries(base) {
  const names = new Set()
  for (const directory of LIBRARIES) {
    const at = path.join(base, directory)
    for (const entry of isOwn(at) ? fs.readdirSync(at) : []) {
      if (entry.includes('-linux-gnu') && isOwn(path.join(at, entry))) for (const library of fs.readdirSync(path.join(at, entry))) names.add(library)
      names.add(entry)
    }
  }
  return names
}

/** A directory, or a relative link to one: an absolute link would leave the mounted image. */
function isOwn(at) {
  const stat = fs.lstatSync(at, { throwIfNoEntry: false })
  if (stat?.isSymbolicLink()) return !path.isAbsolute(fs.readlinkSync(at)) && Boolean(fs.statSync(at, { throwIfNoEntry: false })?.isDirectory())
  return Boolean(stat?.isDirectory())
}

main(JSON.parse(process.argv[2]), process.argv[3], process.argv[4])
