// Writes ci/programs/autocannon.json: the packages of the generator of `load`, each by version and checksum.
// Usage: node scripts/load-packages.mjs [VERSION], on a machine that reaches an npm registry.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const version = process.argv[2] || 'latest'
const work = mkdtempSync(join(tmpdir(), 'autocannon-'))
writeFileSync(join(work, 'package.json'), '{"private": true}')
execFileSync('npm', ['install', '--package-lock-only', '--ignore-scripts', '--no-audit', '--no-fund', `autocannon@${version}`], { cwd: work })
const { packages } = JSON.parse(readFileSync(join(work, 'package-lock.json'), 'utf8'))
rmSync(work, { recursive: true })

const found = {}
for (const [path, { version: exact, integrity }] of Object.entries(packages)) {
  const name = path.replace(/^node_modules\//, '')
  if (name.includes('node_modules/')) throw new Error(`${path}: two versions of a package, which the list cannot say`)
  if (name) found[name] = `${exact} ${integrity}`
}
const sorted = Object.fromEntries(Object.entries(found).sort(([a], [b]) => (a < b ? -1 : 1)))
writeFileSync(new URL('../ci/programs/autocannon.json', import.meta.url), JSON.stringify(sorted, null, 2) + '\n')
console.log(`${Object.keys(sorted).length} packages`)
