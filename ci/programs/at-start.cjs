// Which files of Next.js its server loads when it starts, by the `require` calls that stand outside of any function.
'use strict'

const fs = require('node:fs')
const path = require('node:path')

const ENTRIES = ['lib/start-server', 'lib/router-server', 'lib/render-server', 'next-server', 'next'].map((name) => `dist/server/${name}.js`)
const COMPILED = 'dist/compiled/'
// The compiler of Next.js indents what is inside of a function, and nothing else that loads.
const OUTSIDE = /^\S.*/gm
// A compiled file may only export another one; the parts of a bundle cannot be kept apart.
const REEXPORT = /^module\.exports ?= ?require\(/
const LOAD = /\brequire\(["']([^"']+)["']\)/g

/**
 * Names below a directory of the package `next`, such as `dist/server/require-hook.js`; of what is compiled into Next.js
 * the name that is asked for, a directory or a file. Versions differ: the server of 15.0 to 15.3 loads parts of the one
 * for development.
 */
function atStart(directory) {
  const loaded = new Set()
  const waiting = ENTRIES.filter((name) => isFile(path.join(directory, name)))
  while (waiting.length) {
    const name = waiting.pop()
    if (loaded.has(name)) continue
    loaded.add(name)
    if (name.endsWith('.js')) waiting.push(...named(directory, name))
  }
  return loaded
}

function named(directory, name) {
  const text = fs.readFileSync(path.join(directory, name), 'utf8')
  if (name.startsWith(COMPILED) && !REEXPORT.test(text)) return []
  const outside = (text.match(OUTSIDE) ?? []).join('\n')
  const wanted = [...outside.matchAll(LOAD)].map(([, one]) => inside(path.dirname(name), one)).filter(Boolean)
  return wanted.map((one) => found(directory, one)).filter(Boolean)
}

function inside(from, wanted) {
  if (wanted.startsWith('next/')) return path.normalize(wanted.slice('next/'.length))
  const name = wanted.startsWith('.') ? path.join(from, wanted) : ''
  return name.startsWith('..') ? '' : name
}

function found(directory, name) {
  const file = [name, `${name}.js`, `${name}/index.js`].find((one) => isFile(path.join(directory, one)))
  return name.startsWith(COMPILED) && file !== `${name}.js` ? name : file
}

function isFile(file) {
  return fs.statSync(file, { throwIfNoEntry: false })?.isFile() ?? false
}

module.exports = { atStart }
