// Runs the install scripts of the packages that argv[2], a JSON list, names, one after the other, and of no others.
'use strict'

const { spawnSync } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')
const { fail } = require('./fail.cjs')

const FIX = 'correct install.allow-scripts in the pipeline file'

// Links are not followed: managers that link packages keep each in a node_modules of its own.
const installed = fs.readdirSync(process.cwd(), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.name === 'package.json' && entry.isFile())
  .map((entry) => entry.parentPath)

for (const name of JSON.parse(process.argv[2])) {
  const copies = installed.filter((directory) => directory.endsWith(path.join('/node_modules', name)))
  if (!copies.length) fail(`no package ${name} is installed whose install scripts could run`, FIX)
  const commands = copies.flatMap((directory) => scripts(directory).map((event) => [directory, event]))
  if (!commands.length) fail(`the package ${name} has no install script`, FIX)
  for (const [directory, event] of commands) run(directory, event)
}

// npm runs preinstall and postinstall around install by itself.
function scripts(directory) {
  const { scripts: all = {} } = JSON.parse(fs.readFileSync(path.join(directory, 'package.json'), 'utf8'))
  return all.install ? ['install'] : ['preinstall', 'postinstall'].filter((event) => all[event])
}

// By npm, whatever installed them: it is beside every Node.js, and its own rules do not apply to a script by name.
function run(directory, event) {
  const { status } = spawnSync('npm', ['run', event, '--force', '--ignore-scripts=false', `--prefix=${directory}`], { stdio: 'inherit' })
  if (status === 0) return
  // Not by `fail`: the script's own output has the cause.
  console.error(`the ${event} script of ${path.relative(process.cwd(), directory)} failed`)
  process.exit(status || 1)
}
