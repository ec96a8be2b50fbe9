// Fetches npm packages that the pipeline itself needs, checks their sha512, unpacks them: argv[2] is the JSON list.
'use strict'

const { execFileSync } = require('node:child_process')
const crypto = require('node:crypto')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { fail } = require('./fail.cjs')

for (const { package: wanted, to, bin } of JSON.parse(process.argv[2])) {
  const work = fs.mkdtempSync(path.join(os.tmpdir(), 'fetch-'))
  const spec = `${wanted.name}@${wanted.version}`
  let packed
  try {
    packed = JSON.parse(execFileSync('npm', ['pack', spec, '--json', '--silent', '--pack-destination', work], { encoding: 'utf8' }))
  } catch (error) {
    fail(`the package ${spec} could not be fetched: ${String(error.stdout || error.message).trim().split('\n').pop()}`,
      'check that the npm registry is in reach and has this version')
  }
  const tarball = path.join(work, fs.readdirSync(work)[0])
  check(spec, fs.readFileSync(tarball), wanted.integrity, packed)
  fs.mkdirSync(to, { recursive: true })
  execFileSync('tar', ['-xzf', tarball, '--strip-components=1', '--no-same-owner', '-C', to])
  fs.rmSync(work, { recursive: true })
  if (bin) link(to, bin)
}

// Either npm's form (sha512-BASE64) or that of package.json's packageManager (sha512.HEX).
function check(spec, data, wanted) {
  if (!wanted) return
  const [algorithm] = wanted.split(/[-.]/, 1)
  const found = crypto.createHash(algorithm).update(data)
  const given = wanted.slice(algorithm.length + 1)
  const digest = wanted[algorithm.length] === '.' ? found.digest('hex') : found.digest('base64')
  if (digest !== given) fail(`the package ${spec} has ${algorithm} ${digest}, pinned is ${given}`, 'do not use it: find out who changed the package, or correct the pin')
  console.log(`${spec}: ${algorithm} as pinned`)
}

function link(to, bin) {
  const { bin: bins } = JSON.parse(fs.readFileSync(path.join(to, 'package.json'), 'utf8'))
  for (const [name, file] of Object.entries(typeof bins === 'string' ? { [bin]: bins } : bins)) {
    const target = path.join(to, file)
    fs.chmodSync(target, 0o755)
    fs.rmSync(path.join('/usr/local/bin', name), { force: true })
    fs.symlinkSync(target, path.join('/usr/local/bin', name))
  }
}
