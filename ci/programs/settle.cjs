// Gives the manifests of a build an order. Next.js writes their keys as its workers finish, and looks values up by key.
'use strict'

const fs = require('node:fs')
const path = require('node:path')

const TABLES = /(^|\/)(app-build|build|app-path-routes|app-paths|pages|server-reference|react-loadable|next-font|middleware|functions-config|images|subresource-integrity|interception-route-rewrite|prerender)-manifest\.json$/
const SCRIPTS = /(^|\/)(prerender|next-font|server-reference|interception-route-rewrite)-manifest\.js$/
const TEXT = /^(self\.__[A-Z_]+\s*=\s*)("(?:[^"\\]|\\.)*")(;?\s*)$/
const REFERENCES = /_client-reference-manifest\.js$/
const ASSIGNED = /^([\s\S]*?\]\s*=\s*)(\{[\s\S]*\})(;?\s*)$/

/** The same value with the keys of every object in order; what a list has in order stays so. */
function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]))
}

function settled(name, text) {
  if (TABLES.test(name)) return JSON.stringify(sorted(JSON.parse(text)))
  const [, assigned, literal, end] = TEXT.exec(text) ?? []
  if (literal) return `${assigned}${JSON.stringify(JSON.stringify(sorted(JSON.parse(JSON.parse(literal)))))}${end}`
  const [, before, object, after] = ASSIGNED.exec(text) ?? []
  return object ? `${before}${JSON.stringify(sorted(JSON.parse(object)))}${after}` : text
}

/** Rewrites the manifests of the build in a directory of a tree. */
function settle(tree, build) {
  for (const { name, kind } of tree.list()) {
    if (kind !== 'file' || !name.startsWith(`${build}/`) || ![TABLES, SCRIPTS, REFERENCES].some((names) => names.test(name))) continue
    const file = tree.at(name)
    const text = fs.readFileSync(file, 'utf8')
    try {
      fs.writeFileSync(file, settled(path.basename(name), text))
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
    }
  }
}

module.exports = { settle, settled }
