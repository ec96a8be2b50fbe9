// The URLs that Next.js asks for the fonts of a source: from the calls of next/font/google in it, whose options are
// literals, by Next.js' own rules for their URL.
'use strict'

const fs = require('node:fs')
const { createRequire } = require('node:module')
const path = require('node:path')
const vm = require('node:vm')

const SCRIPT = /\.[cm]?[jt]sx?$/
const SKIPPED = new Set(['node_modules', '.next', '.git', '.turbo'])
const IMPORT = /import\s*\{([^{}]*)\}\s*from\s*['"](?:@next|next)\/font\/google['"]/g
const RULES = ['validate-google-font-function-call', 'get-font-axes', 'get-google-fonts-url']
const PAIRS = { '(': ')', '{': '}', '[': ']' }

/** URLs for all calls below a directory; `app` is where Next.js is installed. */
function calls(source, app) {
  const rules = ofNext(app)
  if (!rules) return []
  return scripts(source).flatMap((file) => {
    const text = fs.readFileSync(file, 'utf8')
    return text.includes('next/font/google') ? found(text).flatMap(([name, options]) => url(rules, name, options)) : []
  })
}

/** Names of fonts with the options of each call, in one file. */
function found(text) {
  return [...text.matchAll(IMPORT)].flatMap(([, list]) => list.split(',').map((one) => one.trim()).filter(Boolean)).flatMap((one) => {
    const [name, local = name] = one.split(/\s+as\s+/)
    const pattern = new RegExp(`(?<![\\w$.])${local.replaceAll('$', '\\$')}\\s*\\(`, 'g')
    return [...text.matchAll(pattern)].flatMap(({ 0: head, index }) => {
      const options = literal(text, index + head.length - 1)
      return options ? [[name, options]] : []
    })
  })
}

function literal(text, open) {
  const inside = text.slice(open + 1, end(text, open))
  try {
    return inside.trim() ? vm.runInNewContext(`[${inside}][0]`, {}, { timeout: 1000 }) : {}
  } catch {
    return undefined
  }
}

/** Where the bracket at a place of the text is closed. */
function end(text, open) {
  const waiting = []
  for (const match of text.slice(open).matchAll(/'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`|\/\/[^\n]*|\/\*[^]*?\*\/|[(){}[\]]/g)) {
    const [token] = match
    if (token in PAIRS) waiting.push(PAIRS[token])
    else if (token.length === 1 && token === waiting.at(-1)) {
      waiting.pop()
      if (!waiting.length) return open + match.index
    }
  }
  return text.length
}

function url([{ validateGoogleFontFunctionCall }, { getFontAxes }, { getGoogleFontsUrl }], name, options) {
  try {
    const { fontFamily, weights, styles, display, selectedVariableAxes } = validateGoogleFontFunctionCall(name, options)
    return [getGoogleFontsUrl(fontFamily, getFontAxes(fontFamily, weights, styles, selectedVariableAxes), display)]
  } catch {
    return [] // Next.js refuses the same call, with its own words.
  }
}

function ofNext(app) {
  try {
    const next = createRequire(path.join(app, 'package.json'))
    const home = path.dirname(next.resolve('next/package.json'))
    return RULES.map((rule) => next(path.join(home, 'dist/compiled/@next/font/dist/google', rule)))
  } catch {
    return undefined
  }
}

function scripts(directory) {
  return fs.readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const name = path.join(directory, entry.name)
    if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : scripts(name)
    return entry.isFile() && SCRIPT.test(name) ? [name] : []
  })
}

module.exports = { calls, found }
