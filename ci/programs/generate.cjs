// Runs a command that a build needs before its scripts, as a manager would after an install: argv[2] is JSON
// {root, command, env}. The programs of installed packages, from the current directory up to root, are on PATH.
'use strict'

const { spawn } = require('node:child_process')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')

const OPENSSL = '#!/bin/sh\necho "OpenSSL 3.0.0"\n'

const { root, command, env } = JSON.parse(process.argv[2])
const own = fs.mkdtempSync(path.join(os.tmpdir(), 'generate-'))

// Prisma asks for OpenSSL's version to choose an engine. The image has 3, whatever the build's container has.
fs.writeFileSync(path.join(own, 'openssl'), OPENSSL, { mode: 0o755 })

const child = spawn('sh', ['-c', command], {
  env: { ...env, ...process.env, PATH: [...programs(process.cwd()), process.env.PATH, own].join(path.delimiter) },
  stdio: ['ignore', 'inherit', 'inherit'],
})
child.on('close', (code) => {
  fs.rmSync(own, { recursive: true })
  if (code === 127) console.error(`\n\`${command}\`: a program is missing; it has to be in package.json, or build.generate in the pipeline file leaves the command out`)
  process.exitCode = code ?? 1
})

function* programs(directory) {
  yield path.join(directory, 'node_modules/.bin')
  const up = path.dirname(directory)
  if (path.resolve(directory) !== path.resolve(root) && up !== directory) yield* programs(up)
}
