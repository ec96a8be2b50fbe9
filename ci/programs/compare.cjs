// Runs inside the very image: starts the app twice, requests every route, and prints the responses as JSON.
// argv[2] is a file with the start and the routes. Exit code 1 when the app does not get healthy.
// A finding has an id, a path (empty for none), and a title.
'use strict'

const crypto = require('node:crypto')
const fs = require('node:fs')
const http = require('node:http')
const os = require('node:os')
const { setTimeout: pause } = require('node:timers/promises')
const { isDeepStrictEqual } = require('node:util')
const { start } = require('./app.cjs')
const { address, ask } = require('./ask.cjs')
const { excerpt } = require('./cause.cjs')

const AT_ONCE = 4
const LOG_LINES = 60
const REQUEST = { timeout: 10_000, most: 5_000_000 }
// A response with the time in seconds differs between two requests this far apart.
const APART_MS = 1100
// The end of a process is reported later than that of its connections.
const EXIT_MS = 100
// What differs between the containers of two images that are the same.
const OWN = [address, os.hostname()]
const MISSING = /Cannot find (?:module|package) '[^']*'|MODULE_NOT_FOUND|ENOENT: no such file or directory, \w+ '[^']*'/g

const plan = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'))

async function answer(path, agent) {
  try {
    const { status, headers, body, cut } = await ask({ port: plan.port, path, agent, ...REQUEST })
    const text = anywhere(body.toString('latin1'))
    const sha256 = crypto.createHash('sha256').update(text, 'latin1').digest('hex')
    return { status, location: anywhere(headers.location ?? ''), type: headers['content-type'] ?? '', length: text.length, sha256, cut }
  } catch (error) {
    return { status: 0, location: '', type: '', length: 0, sha256: '', cut: error.message }
  }
}

/** A text without the container's own address and name. */
function anywhere(text) {
  return OWN.reduce((rest, own) => rest.replaceAll(own, 'container'), text)
}

async function round() {
  const app = start(plan)
  const problem = await app.ready()
  const answers = {}
  if (!problem) {
    const agent = new http.Agent({ keepAlive: true })
    const waiting = [...plan.routes]
    const work = async () => {
      for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) answers[path] = await answer(path, agent)
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work))
    agent.destroy()
    await pause(EXIT_MS)
  }
  const ended = problem ? '' : app.ended()
  await app.stop()
  return { problem, ended, answers, log: app.log }
}

function finding(id, title) {
  return { id: `slim-${id}`, url: '', title }
}

async function main() {
  const first = await round()
  await pause(first.problem || first.ended ? 0 : APART_MS)
  const rounds = first.problem ? [first] : [first, await round()]
  const problem = rounds.find((r) => r.problem)?.problem ?? ''
  const log = rounds.flatMap((r) => r.log)
  const missing = new Set(log.flatMap((line) => line.match(MISSING) ?? []))
  if (missing.size > 1) missing.delete('MODULE_NOT_FOUND')
  const ends = new Set(rounds.filter((r) => r.ended).map((r) => `the container ended (${r.ended}) while requests were sent`))
  const findings = [
    ...(problem ? [finding('start', problem)] : []),
    ...[...missing].map((title) => finding('missing', title)),
    ...[...ends].map((title) => finding('ended', title)),
  ]
  const answers = problem ? {} : Object.fromEntries(plan.routes.map((path) => {
    const [one, two] = rounds.map((r) => r.answers[path])
    return [path, { ...one, stable: !one.cut && isDeepStrictEqual(one, two) }]
  }))
  const report = { healthy: !problem, answers, findings, log: excerpt(log, LOG_LINES) }
  process.stdout.write(JSON.stringify(report), () => process.exit(problem ? 1 : 0))
}

main()
