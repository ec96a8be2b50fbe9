#!/usr/bin/env node
// Writes tests/unit/vectors/metadata-action.json: inputs and expected results of docker/metadata-action's own tests.
//
//   git clone https://github.com/docker/metadata-action && git -C metadata-action checkout COMMIT
//   node scripts/metadata-action-vectors.mjs metadata-action COMMIT > tests/unit/vectors/metadata-action.json
//
// The tables of its tests are array literals, which are read without running anything else of it. An event becomes
// the facts that its context has of it: for pull_request_target the ref of the pull request, in `pr-head-sha` the
// commit of its branch.
import fs from 'node:fs'
import path from 'node:path'
import vm from 'node:vm'

const [checkout, commit] = process.argv.slice(2)
const tests = path.join(checkout, '__tests__')

const NAMES = {
  Type: { Schedule: 'schedule', Semver: 'semver', Pep440: 'pep440', Match: 'match', Edge: 'edge', Ref: 'ref', Raw: 'raw', Sha: 'sha' },
  RefEvent: { Branch: 'branch', Tag: 'tag', PR: 'pr' },
  ShaFormat: { Short: 'short', Long: 'long' },
  DefaultPriorities: { schedule: '1000', semver: '900', pep440: '900', match: '800', edge: '700', ref: '600', raw: '200', sha: '100' },
}
const LEFT_OUT = {
  bakeFile: 'no bake file is written',
  bakeFileTagsLabels: 'no bake file is written',
  sepTags: 'tags are set in the registry, not joined in a text',
  isRawStatement: 'a function of its own; what it decides is in the tags of the other tables',
}

function tables(text) {
  const found = []
  const start = /^describe\('([^']+)'[\s\S]*?^ {2}test\.each\(\[\n([\s\S]*?)^ {2}\]\)\(/gm
  for (const [, name, body] of text.matchAll(start)) {
    const literal = body.replace(/ as (?:Inputs|Version|Tag|Flavor|Image|string)(?:\[\])?(?=\s*[,\n])/g, '')
    found.push([name, vm.runInNewContext(`[${literal}]`, NAMES)])
  }
  return found
}

function facts(file, headSha) {
  const lines = fs.readFileSync(path.join(tests, 'fixtures', file), 'utf8').split('\n')
  const env = Object.fromEntries(lines.filter((line) => /^[A-Z_]+=/.test(line)).map((line) => line.split(/=(.*)/s).slice(0, 2)))
  const payload = env.GITHUB_EVENT_PATH ? JSON.parse(fs.readFileSync(path.join(checkout, env.GITHUB_EVENT_PATH), 'utf8')) : {}
  const event = env.GITHUB_EVENT_NAME ?? ''
  const pull = payload.pull_request
  return {
    event,
    ref: event === 'pull_request_target' ? `refs/pull/${payload.number}/merge` : (env.GITHUB_REF ?? ''),
    sha: (headSha && pull?.head?.sha) || (env.GITHUB_SHA ?? ''),
    base_ref: pull?.base?.ref ?? payload.base_ref ?? '',
    default_branch: payload.repository?.default_branch ?? '',
  }
}

// Handlebars takes a layout without quotes for a variable that is not set, and moment writes its own default then.
const BARE_LAYOUT = /\{\{(commit_)?date [^'"]/

const names = (tags) => [...new Set(tags.map((tag) => tag.replace(/^.*:/, '')))]
const labels = (lines) => Object.fromEntries(lines.map((line) => line.split(/=(.*)/s).slice(0, 2)))

function vector(table, row) {
  const [name, file, inputs, expected, tags, described] = row
  const given = {
    name,
    ...facts(file, table === 'pr-head-sha'),
    tags: inputs.tags ?? [],
    flavor: inputs.flavor ?? [],
    labels: inputs.labels ?? [],
  }
  const own = given.labels.length ? { described: table === 'json' ? expected.labels : labels(described) } : {}
  const refused = given.tags.some((rule) => BARE_LAYOUT.test(rule)) ? { refused: 'is no expression' } : {}
  return { ...given, names: table === 'json' ? expected['tag-names'] : names(tags), ...own, ...refused }
}

const read = (file) => tables(fs.readFileSync(path.join(tests, file), 'utf8'))
const parsed = (file) => read(file).flatMap(([, rows]) => rows.map(([given, expected, invalid]) => ({ given: [given].flat(), expected: invalid ? null : expected })))
const vectors = []
const left = []
for (const [table, rows] of read('meta.test.ts')) {
  for (const row of rows) {
    if (table in LEFT_OUT) left.push({ name: table === 'isRawStatement' ? `isRawStatement ${row[0]}` : row[0], reason: LEFT_OUT[table] })
    else vectors.push(vector(table, row))
  }
}
for (const { given } of parsed('image.test.ts')) left.push({ name: `image ${JSON.stringify(given)}`, reason: 'the repository is an argument, not a list' })
left.push({ name: 'context.test.ts', reason: 'inputs of an action; facts of a commit are arguments here' })
const lines = (items) => items.map((item) => `    ${JSON.stringify(item)}`).join(',\n')
process.stdout.write(`{
  "source": "docker/metadata-action ${commit}, __tests__ (Apache License 2.0)",
  "now": "2020-01-10T00:30:00+00:00",
  "vectors": [
${lines(vectors)}
  ],
  "rules": [
${lines(parsed('tag.test.ts').map(({ given, expected }) => ({ given, expected: expected && [expected].flat() })))}
  ],
  "flavors": [
${lines(parsed('flavor.test.ts'))}
  ],
  "left_out": [
${lines(left)}
  ]
}
`)
