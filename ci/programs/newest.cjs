// The newest version of npm packages: argv[2] is JSON, name to the packages that it may be, the best first; argv[3] is
// the file that gets name to {name, version, integrity}. A name with no package is left out; an error is a failure.
'use strict'

const { execFile } = require('node:child_process')
const fs = require('node:fs')
const { fail } = require('./fail.cjs')

async function main(wanted, report) {
  const found = await Promise.all(Object.entries(wanted).map(async ([name, packages]) => [name, await first(packages)]))
  fs.writeFileSync(report, JSON.stringify(Object.fromEntries(found.filter(([, one]) => one))))
}

async function first(packages) {
  for (const name of packages) {
    const found = await view(name)
    if (found) return found
  }
  return undefined
}

function view(name) {
  return new Promise((resolve) => {
    const call = ['view', `${name}@latest`, 'version', 'dist.integrity', '--json', '--loglevel=error']
    execFile('npm', call, { encoding: 'utf8' }, (error, stdout, stderr) => {
      if (!error) {
        const { version, 'dist.integrity': integrity } = JSON.parse(stdout)
        return resolve({ name, version, integrity })
      }
      if (/\bE404\b/.test(stdout + stderr)) return resolve(undefined)
      const said = stderr.split('\n').filter((line) => /^npm (error|ERR!) /.test(line)).slice(0, 2).map((line) => line.slice(10))
      return fail(`the npm registry was asked for ${name}: ${said.join(', ') || stderr.trim()}`, 'check that the npm registry can be reached')
    })
  })
}

main(JSON.parse(process.argv[2]), process.argv[3])
