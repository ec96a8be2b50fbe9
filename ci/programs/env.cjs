// Reports what the bundle does with each variable. argv[2] is JSON: the app's directory, names and values; argv[3] gets
// the report, which has names and no values:
//   frozen     its value at build is part of the server's code, or of pages made at build
//   runtime    the server reads it when it runs
//   browser    its value at build is part of what browsers get
//   undefined  browsers read it, and get nothing
//   build      only the build reads it
//   unused     nothing reads it
'use strict'

const fs = require('node:fs')
const path = require('node:path')
const { fail } = require('./fail.cjs')
const { findBuild } = require('./next-build.cjs')
const { secretBy } = require('./secrets.cjs')
const { built, beside } = require('./texts.cjs')

const { app, names, build, runtime, example, dummies = [], files = [] } = JSON.parse(process.argv[2])
const PUBLIC = /^NEXT_PUBLIC_/
// Variables that tools and the system read themselves; ci/decide/project/environment.py has the same table.
const TOOLS = new RegExp(`^(${Object.values(require('./system-variables.json')).join('|')})$`)

const target = findBuild(app)
if (!fs.existsSync(path.join(target.dist, 'server'))) fail(`the build left no ${path.join(target.dist, 'server')}`, 'run `next build` in a script of build.scripts')
const { code, content, browser } = built(target)
const configured = configuredEnv()
const dotenv = dotenvEnv()
const values = { ...dotenv, ...build, ...configured }
const sources = { source: names, build: Object.keys(build), dummy: dummies, image: runtime, example, '.env': Object.keys(dotenv), 'next.config': Object.keys(configured) }

function configuredEnv() {
  return target.config.env ?? {}
}

// By Next.js' own reader.
function dotenvEnv() {
  let reader
  try {
    const next = require.resolve('next/package.json', { paths: [path.resolve(app)] })
    reader = require(require.resolve('@next/env', { paths: [next] }))
  } catch {
    return {}
  }
  const quiet = { info() {}, error() {} }
  const { combinedEnv, loadedEnvFiles } = reader.loadEnvConfig(path.resolve(app), false, quiet)
  const found = loadedEnvFiles.flatMap(({ contents }) => [...contents.matchAll(/^\s*(?:export\s+)?(\w+)\s*=/gm)].map((match) => match[1]))
  return Object.fromEntries(found.map((name) => [name, combinedEnv[name]]))
}

// As JavaScript, as JavaScript in a page's script, and as HTML.
function spellings(value) {
  const quoted = (text) => JSON.stringify(text).slice(1, -1)
  const html = value.replace(/[&<>"']/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#x27;' })[sign])
  return [value, quoted(value), quoted(quoted(value)), html]
}

// Short values and plain words are found everywhere, whether they come from a variable or not.
function distinctive(value) {
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^a-zA-Z\d]/].filter((kind) => kind.test(value)).length
  return value.length >= 16 || (value.length >= 6 && kinds > 1)
}

function holding(texts, value) {
  const spelled = spellings(value)
  return texts.find(({ text }) => spelled.some((spelling) => text.includes(spelling)))?.file
}

function matching(texts, name, pattern) {
  for (const { file, text } of texts) if (text.includes(name) && pattern.test(text)) return file
  return undefined
}

const mention = (name) => new RegExp(`(?<![\\w$])${name}(?![\\w$])`)

// object.NAME, object["NAME"], and {NAME: …} = object.
function read(name, object) {
  const member = `${object}(?:(?:\\?\\.|\\.)${name}\\b|(?:\\?\\.)?\\[["'\`]${name}["'\`]\\])`
  const destructured = `[{,]\\s*${name}\\s*(?:[:=,][^{}]*)?\\}\\s*=\\s*(?:[\\w$]+\\.)*${object}\\b(?!\\??[.[])`
  return new RegExp(`${member}|${destructured}`)
}

const isInlined = (name) => name in values && (PUBLIC.test(name) || name in configured)

// A value that Next.js inlines for one variable says nothing about another one that has the same.
const isLent = (name) => !isInlined(name) && Object.keys(values).some((other) => values[other] === values[name] && isInlined(other))

function look(name, secret) {
  const value = values[name]
  const searched = value !== undefined && distinctive(value) && (secret !== '' || !isLent(name))
  // Where Next.js inlines, only reads in a form that it does not know remain.
  const where = { runtime: matching(code, name, isInlined(name) ? read(name, 'process\\??\\.env') : mention(name)) }
  if (searched) {
    where.frozen = holding([...code, ...content], value)
    where.browser = holding(browser, value)
  } else if (isInlined(name) && names.includes(name) && !where.runtime) {
    where.frozen = ''
    if (PUBLIC.test(name)) where.browser = ''
  }
  if (PUBLIC.test(name) && where.browser === undefined && (value === undefined || searched)) {
    where.undefined = matching(browser, name, read(name, '\\benv'))
  }
  return { where, searched }
}

function elsewhere(name) {
  const file = matching(beside(target, files), name, mention(name))
  if (file !== undefined) return { runtime: file }
  if (TOOLS.test(name)) return { [runtime.includes(name) ? 'runtime' : 'build']: '' }
  return { [names.includes(name) ? 'build' : 'unused']: '' }
}

function describe(name) {
  const secret = secretBy(name, values[name])
  const { where, searched } = look(name, secret)
  const found = Object.fromEntries(Object.entries(where).filter(([, file]) => file !== undefined))
  return {
    name,
    where: Object.keys(found).length ? found : elsewhere(name),
    set: Object.keys(sources).filter((source) => sources[source].includes(name)),
    secret,
    searched,
  }
}

const all = [...new Set(Object.values(sources).flat())].filter((name) => /^\w+$/.test(name)).sort()
fs.writeFileSync(process.argv[3], JSON.stringify({ variables: all.map(describe) }))
