// Applies the declared source patches in the current directory: argv[2] is the JSON list.
'use strict'

const fs = require('node:fs')
const path = require('node:path')
const { fail } = require('./fail.cjs')
const { toRegExp } = require('./glob.cjs')

const SKIPPED = new Set(['node_modules', '.next', '.git'])

function files(directory = '.') {
  return fs.readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const name = path.join(directory, entry.name)
    if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : files(name)
    return entry.isFile() ? [name] : []
  })
}

const all = files()
JSON.parse(process.argv[2]).forEach((patch, n) => {
  const wanted = toRegExp(patch.files)
  const matching = all.filter((name) => wanted.test(name))
  if (!matching.length) fail(`patches[${n}]: no file matches \`${patch.files}\``, 'correct `files:`, or remove the patch if the app no longer needs it')
  const found = !patch.replace || matching.some((name) => fs.readFileSync(name, 'utf8').includes(patch.replace))
  const changed = matching.filter((name) => {
    const before = fs.readFileSync(name, 'utf8')
    let after = patch.replace ? before.replaceAll(patch.replace, () => patch.with_) : before
    if (patch.append && !after.includes(patch.append)) after = `${after.trimEnd()}\n\n${patch.append}\n`
    if (after !== before) fs.writeFileSync(name, after)
    return after !== before
  })
  if (!found || !changed.length) {
    fail(`patches[${n}]: ${patch.replace ? `\`${patch.replace}\` is in none` : 'the text is already in all'} of the ${matching.length} files that match \`${patch.files}\``,
      'correct `replace:`, or remove the patch if the app no longer needs it')
  }
  console.log(`patches[${n}]: changed ${changed.length} of ${matching.length} files`)
})
