// Installs autocannon, exactly the packages of autocannon.json (name: "VERSION CHECKSUM"), into the directory argv[2].
'use strict'

const { spawnSync } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')
const packages = require('./autocannon.json')
const { fail } = require('./fail.cjs')

const directory = process.argv[2]
const entries = Object.entries(packages).map(([name, pinned]) => [name, ...pinned.split(' ')])
const own = { name: 'load', version: '1.0.0', dependencies: Object.fromEntries(entries.map(([name, version]) => [name, version])) }

// Without addresses: npm takes each package from the registry of the run, and checks it.
const locked = entries.map(([name, version, integrity]) => [`node_modules/${name}`, { version, integrity }])
const lock = { name: own.name, version: own.version, lockfileVersion: 3, packages: { '': own, ...Object.fromEntries(locked) } }

fs.mkdirSync(directory, { recursive: true })
fs.writeFileSync(path.join(directory, 'package.json'), JSON.stringify(own))
fs.writeFileSync(path.join(directory, 'package-lock.json'), JSON.stringify(lock))
const command = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
const { status, stderr, error } = spawnSync('npm', command, { cwd: directory, encoding: 'utf8' })
if (status !== 0) {
  const said = (error ? error.message : stderr).trim().split('\n').slice(0, 3).join(', ')
  fail(`autocannon, which makes the load, could not be installed: ${said}`, 'check that the npm registry can be reached and has these packages, or name a mirror with --npm-registry')
}
