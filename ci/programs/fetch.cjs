// Fetches npm packages that the pipeline itself needs, checks their sums, unpacks them. argv[2] is the JSON list of
// {package, to, bins, files}; argv[3] is the directory into which programs are linked.
'use strict'

const { execFileSync, spawnSync } = require('node:child_process')
const crypto = require('node:crypto')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { fail } = require('./fail.cjs')

const [, , list, programs = '/usr/local/bin'] = process.argv

for (const { package: { name, version, integrity }, to, bins, files = {} } of JSON.parse(list)) {
  const spec = `${name}@${version}`
  const work = fs.mkdtempSync(path.join(os.tmpdir(), 'fetch-'))
  const tarball = fetch(spec, work)
  if (integrity) check(spec, tarball, integrity)
  fs.mkdirSync(to, { recursive: true })
  execFileSync('tar', ['-xzf', tarball, '--strip-components=1', '--no-same-owner', '-C', to])
  fs.rmSync(work, { recursive: true })
  for (const [file, sum] of Object.entries(files)) check(`${spec}/${file}`, path.join(to, file), sum)
  if (!integrity && !Object.keys(files).length) console.log(`${spec}: not pinned, so the registry's own checksum is used`)
  for (const [program, file] of Object.entries(bins)) link(path.join(programs, program), path.join(to, file))
}

function fetch(spec, directory) {
  const { status, stderr } = spawnSync('npm', ['pack', spec, '--loglevel=error', '--pack-destination', directory], { encoding: 'utf8' })
  if (status) {
    const said = stderr.split('\n').filter((line) => /^npm (error|ERR!) /.test(line)).slice(0, 2).map((line) => line.slice(10))
    const reason = said.join(', ') || stderr.trim()
    const untrusted = /CERT|UNABLE_TO_VERIFY/.test(reason)
    fail(`the package ${spec} could not be fetched: ${reason}`, untrusted ? 'pass the certificate of the authority that signed it: --ca FILE' : 'check that the npm registry can be reached and has this version')
  }
  return path.join(directory, fs.readdirSync(directory)[0])
}

// Either npm's form (sha512-BASE64) or that of package.json's packageManager (sha512.HEX).
function check(what, file, wanted) {
  const [, algorithm, form, pinned] = /^(\w+)([-.])(.+)$/.exec(wanted) || []
  if (!crypto.getHashes().includes(algorithm)) fail(`the pin of ${what}, ${wanted}, is not a checksum`, 'write it as sha512.HEX, or run `corepack use`, which writes it')
  const found = crypto.createHash(algorithm).update(fs.readFileSync(file)).digest(form === '.' ? 'hex' : 'base64')
  if (found !== pinned) fail(`${what} has the ${algorithm} checksum ${found}, but ${pinned} is pinned`, 'do not use it: find out who changed the package, or correct the pin')
  console.log(`${what}: ${algorithm} as pinned`)
}

function link(program, file) {
  fs.chmodSync(file, 0o755)
  fs.rmSync(program, { force: true })
  fs.symlinkSync(file, program)
}
