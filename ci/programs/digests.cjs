// Names the content of a directory, argv[2]: argv[3] gets JSON of each path to its kind, mode and sha256.
'use strict'

const crypto = require('node:crypto')
const fs = require('node:fs')
const path = require('node:path')
const { walk } = require('./tree.cjs')

/** What a build sees of a file: its text or target, and whether it may be executed. */
function facts(file, kind) {
  if (kind === 'link') return `link ${fs.readlinkSync(file)}`
  const executable = fs.statSync(file).mode & 0o111 ? 'executable' : 'file'
  return `${executable} ${crypto.createHash('sha256').update(fs.readFileSync(file)).digest('hex')}`
}

const [root, report] = process.argv.slice(2)
const found = walk(root).filter(({ kind }) => kind !== 'directory')
fs.writeFileSync(report, JSON.stringify(Object.fromEntries(found.map(({ name, kind }) => [name, facts(path.join(root, name), kind)]))))
