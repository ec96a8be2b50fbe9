// Packs what `next build` left into argv[3], and reports on it in argv[4]; argv[2] is the JSON of the wishes.
'use strict'

const fs = require('node:fs')
const path = require('node:path')
const { fail } = require('./fail.cjs')
const { toRegExp } = require('./glob.cjs')

const [wishes, out, report] = [JSON.parse(process.argv[2]), process.argv[3], process.argv[4]]
const STANDALONE = '.next/standalone'
const NEVER = /(^|\/)(\.env(\..*)?|\.npmrc|\.netrc|\.git)$/
const MACHINES = { 0x3e: 'linux/amd64', 0xb7: 'linux/arm64' }

function walk(directory, prefix = '') {
  return fs.readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const name = prefix + entry.name
    return entry.isDirectory() ? [name, ...walk(path.join(directory, entry.name), `${name}/`)] : [name]
  })
}

function copy(from, to) {
  fs.cpSync(from, to, { recursive: true, verbatimSymlinks: true })
}

function appDirectory() {
  const servers = walk(STANDALONE).filter((name) => /(^|\/)server\.js$/.test(name) && !name.includes('node_modules/'))
  if (!servers.length) fail(`${STANDALONE} has no server.js`, 'remove `output: "export"` from next.config: such an app has no server')
  return path.dirname(servers.sort((a, b) => a.split('/').length - b.split('/').length)[0])
}

if (!fs.existsSync(STANDALONE)) fail(`the build left no ${STANDALONE}`, 'set `output: "standalone"` in next.config, and leave `distDir` at its default')
copy(STANDALONE, out)
const app = appDirectory()
copy('.next/static', path.join(out, app, '.next/static'))
if (fs.existsSync('public')) copy('public', path.join(out, app, 'public'))
for (const name of wishes.files) {
  const from = name.replace(/\/$/, '')
  if (!fs.existsSync(from)) fail(`runtime.files: the app has no \`${name}\``, 'correct the pipeline file; files that the build makes are there too')
  copy(from, path.join(out, app, from))
}

const exclusions = wishes.exclude.map((glob) => ({ glob, pattern: toRegExp(glob), files: 0 }))
for (const name of walk(out)) {
  const at = path.join(out, name)
  const matching = exclusions.filter(({ pattern }) => pattern.test(name))
  for (const exclusion of matching) exclusion.files += 1
  if (matching.length || NEVER.test(name)) fs.rmSync(at, { recursive: true, force: true })
}
for (const { glob, files } of exclusions) {
  if (!files) fail(`runtime.exclude: \`${glob}\` matches nothing`, 'correct or remove it')
}

const root = fs.realpathSync(out)
const native = {}
let bytes = 0
for (const name of walk(out)) {
  const at = path.join(out, name)
  const stat = fs.lstatSync(at)
  if (stat.isSymbolicLink()) {
    const target = path.resolve(path.dirname(at), fs.readlinkSync(at))
    if (path.relative(root, target).startsWith('..')) fail(`the link ${name} leaves the payload: ${fs.readlinkSync(at)}`, 'set outputFileTracingRoot in next.config to the directory that holds all packages')
    if (fs.existsSync(target)) continue
    if (!exclusions.length) fail(`the link ${name} points to nothing: ${fs.readlinkSync(at)}`, 'see what removed its target; outputFileTracingIncludes in next.config adds files')
    fs.rmSync(at)
  } else if (stat.isFile()) {
    bytes += stat.size
    const head = Buffer.alloc(20)
    const file = fs.openSync(at)
    fs.readSync(file, head, 0, 20, 0)
    fs.closeSync(file)
    if (head.toString('latin1', 0, 4) === '\x7fELF') native[name] = MACHINES[head.readUInt16LE(18)] ?? 'another machine'
  }
}
const writable = {}
for (const name of wishes.writable) {
  const at = path.join(app, name)
  const stat = fs.statSync(path.join(out, at), { throwIfNoEntry: false })
  if (!stat) fail(`runtime.writable: the payload has no \`${name}\``, 'correct the pipeline file')
  writable[at] = stat.isDirectory() ? 'directory' : 'file'
}
const chunk = walk(path.join(out, app, '.next/static')).find((name) => name.endsWith('.js'))
fs.writeFileSync(report, JSON.stringify({ app, bytes, native, writable, chunk: chunk ? `/_next/static/${chunk}` : '' }))
