// Reads what `next build` left, by who gets it. Paths are relative to the current directory.
'use strict'

const fs = require('node:fs')
const path = require('node:path')

const CODE = /\.[cm]?js$/
const CONTENT = /\.(html|rsc|body|json|meta)$|BUILD_ID$/
const TRACE = /\.nft\.json$/

function* read(place, wanted, skipped = '') {
  const stat = fs.statSync(place, { throwIfNoEntry: false })
  if (stat?.isFile()) yield { file: place, text: fs.readFileSync(place, 'utf8') }
  if (!stat?.isDirectory()) return
  for (const entry of fs.readdirSync(place, { withFileTypes: true })) {
    const at = path.join(place, entry.name)
    if (entry.isDirectory() ? entry.name !== skipped : entry.isFile() && wanted.test(at) && !TRACE.test(at)) yield* read(at, wanted, skipped)
  }
}

function built({ app, dist }) {
  const manifests = fs.readdirSync(dist).filter((name) => CONTENT.test(name)).map((name) => path.join(dist, name))
  return {
    code: [...read(path.join(dist, 'server'), CODE)],
    content: [path.join(dist, 'server'), ...manifests].flatMap((place) => [...read(place, CONTENT)]),
    browser: [path.join(dist, 'static'), path.join(app, 'public')].flatMap((place) => [...read(place, CODE)]),
  }
}

// What runs beside the bundle: the server, packages that are not bundled, and files of the app itself.
function* beside({ app, dist }, files) {
  yield* read(path.join(dist, 'standalone'), /\.([cm]?js|prisma)$/, path.basename(dist))
  for (const file of files) yield* read(path.join(app, file), CODE, 'node_modules')
}

module.exports = { built, beside }
