// Loaded before `next build`: what Next.js would draw at random follows from a seed, so equal inputs give equal builds.
// Its build id and preview keys come from `crypto`; the app's own random values stay random.
'use strict'

const crypto = require('node:crypto')
const fs = require('node:fs')
const Module = require('node:module')
const path = require('node:path')
const settings = require('./settings.cjs')

// Files, since the values of variables are printed.
const seed = fs.readFileSync(path.join(__dirname, 'seed'))
const inputs = JSON.parse(fs.readFileSync(path.join(__dirname, 'inputs'), 'utf8'))
const ahead = Number(process.env.NEXT_DISTROLESS_CLOCK ?? 0)
const OF_NEXT = /[\\/]node_modules[\\/]next[\\/]dist[\\/](?:build|server[\\/]app-render|compiled[\\/]nanoid)[\\/][^():]*/
// Next.js 15 puts functions of its own over those of `crypto`.
const WRAPPERS = /[\\/]next[\\/]dist[\\/]server[\\/]node-environment-extensions[\\/]/
const ENTRIES = /(^|\/)entries$/
const WEBPACK = /(^|\/)webpack-config$/
const KINDS = new Set(['client', 'server', 'edgeServer'])
const drawn = new Map()

/** Bytes that depend on the seed, on who asks, and on how often it has asked. */
function derived(size, site) {
  const count = drawn.get(site) ?? 0
  drawn.set(site, count + 1)
  const key = crypto.hkdfSync('sha256', seed, '', `${site.replace(/^.*node_modules/, '')} ${count}`, 32)
  return crypto.createCipheriv('aes-256-ctr', Buffer.from(key), Buffer.alloc(16)).update(Buffer.alloc(size))
}

/** The file that draws, where it is Next.js' own; not what lies below it: Next.js calls the app's code too. */
function asker() {
  const { prepareStackTrace, stackTraceLimit } = Error
  // Next.js 15 hides its own frames from the text of a stack.
  Error.prepareStackTrace = (_, sites) => sites
  Error.stackTraceLimit = 5
  const files = new Error().stack.slice(2).map((site) => site.getFileName() ?? '')
  Object.assign(Error, { prepareStackTrace, stackTraceLimit })
  return OF_NEXT.exec(files.find((file) => !WRAPPERS.test(file)) ?? '')?.[0]
}

function seeded() {
  const { randomBytes, randomFillSync } = crypto
  crypto.randomBytes = (size, callback) => {
    const site = callback ? undefined : asker()
    return site ? derived(size, site) : randomBytes(size, callback)
  }
  crypto.randomFillSync = (buffer, ...range) => {
    const site = range.length ? undefined : asker()
    if (!site) return randomFillSync(buffer, ...range)
    const bytes = ArrayBuffer.isView(buffer) ? Buffer.from(buffer.buffer, buffer.byteOffset, buffer.byteLength) : Buffer.from(buffer)
    derived(bytes.length, site).copy(bytes)
    return buffer
  }
}

/** The key of server actions, where Next.js is too old to take it from a variable. */
function seededKeys() {
  const { subtle } = crypto.webcrypto
  const prototype = Object.getPrototypeOf(subtle)
  const { generateKey } = prototype
  prototype.generateKey = function generate(algorithm, extractable, usages) {
    const site = algorithm?.name === 'AES-GCM' ? asker() : undefined
    if (!site) return generateKey.call(this, algorithm, extractable, usages)
    return subtle.importKey('raw', derived(algorithm.length / 8, site), algorithm, extractable, usages)
  }
}

/**
 * The key of server actions. It is part of their ids, so webpack's cache holds for one key: it may not follow from the
 * seed, which is another one after each change.
 */
function actionKey() {
  return Buffer.from(crypto.hkdfSync('sha256', inputs.settings, '', `server actions ${settings.actions(inputs.root)}`, 32)).toString('base64')
}

/** What some modules of Next.js export, changed. */
function changed() {
  const load = Module._load
  Module._load = function changing(request, ...more) {
    const loaded = load.call(this, request, ...more)
    if (ENTRIES.test(request) && loaded?.createEntrypoints) return ordered(loaded)
    if (WEBPACK.test(request) && typeof loaded?.default === 'function') return distinguished(loaded)
    return loaded
  }
}

/** Entries in the order of their names, not in that in which their files were read: webpack numbers modules by it. */
function ordered(loaded) {
  const createEntrypoints = async (...options) => {
    const made = await loaded.createEntrypoints(...options)
    return Object.fromEntries(Object.entries(made).map(([kind, entries]) => [kind, KINDS.has(kind) ? sorted(entries) : entries]))
  }
  return { ...loaded, createEntrypoints }
}

/**
 * webpack's cache holds for the settings that it was written with. Next.js itself names only some of them. A digest,
 * since keys follow from the inputs, and the cache may be kept in a registry.
 */
function distinguished(loaded) {
  const made = async (...options) => {
    const config = await loaded.default(...options)
    const { root, app, cache } = inputs
    const mark = crypto.createHash('sha256').update(`cache ${cache} ${settings.configuration(root, app)}`).digest('hex')
    if (config.cache?.type === 'filesystem') config.cache.version += `|${mark}`
    return config
  }
  return Object.create(loaded, { default: { value: made, enumerable: true } })
}

function sorted(entries) {
  return Object.fromEntries(Object.keys(entries).sort().map((name) => [name, entries[name]]))
}

/** A clock that is ahead, for the proof that the build does not depend on it. */
function shifted(milliseconds) {
  const real = Date
  const now = () => real.now() + milliseconds
  globalThis.Date = real.prototype.constructor = new Proxy(real, {
    apply: () => new real(now()).toString(),
    construct: (target, parts, subclass) => Reflect.construct(target, parts.length ? parts : [now()], subclass),
    get: (target, name) => (name === 'now' ? now : target[name]),
  })
}

seeded()
seededKeys()
changed()
process.env.NEXT_SERVER_ACTIONS_ENCRYPTION_KEY ??= actionKey()
if (ahead) shifted(ahead * 1000)
