// Runs inside the very image: starts it by its own entrypoint, sends the requests of the plan, and prints a JSON report.
// argv[2] is a file with the smoke plan of one scenario. Exit code 1 when something is not as expected.
// A finding has an id, the path that was requested (empty for none), and a title.
'use strict'

const { spawnSync } = require('node:child_process')
const fs = require('node:fs')
const { setTimeout: pause } = require('node:timers/promises')
const { start } = require('./app.cjs')
const { ask } = require('./ask.cjs')
const { excerpt, firstCause } = require('./cause.cjs')

const plan = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'))
const LOG_LINES = 60
// What a server prints of a request may come after its answer.
const LOG_MS = 200
// What Next.js writes into a page that fails after its first bytes were sent, with the digest of the error.
const BROKEN = /id="__next_error__"|data-dgst="\d+"|\bE\{\\?"digest\\?":\\?"\d+/
const findings = []
const warnings = []
const cookies = new Map()

function judge(expected, found) {
  const wrong = []
  if (found.status !== expected.status) wrong.push(`status ${found.status}, expected ${expected.status}`)
  if (expected.location && found.headers.location !== expected.location) wrong.push(`location ${found.headers.location}, expected ${expected.location}`)
  for (const [name, text] of Object.entries(expected.header)) {
    if (!String(found.headers[name.toLowerCase()] ?? '').includes(text)) wrong.push(`header ${name} is ${found.headers[name.toLowerCase()]}, expected ${text}`)
  }
  const body = found.body.toString()
  for (const text of expected.contains) if (!body.includes(text)) wrong.push(`body lacks ${JSON.stringify(text)}`)
  if (found.cut) wrong.push(found.cut)
  return wrong
}

function keepCookies(headers) {
  for (const line of headers['set-cookie'] ?? []) {
    const [name, ...value] = line.split(';')[0].split('=')
    cookies.set(name, value.join('='))
  }
}

function send({ path, method, json, cookies: wanted }) {
  const headers = {
    ...(json && { 'content-type': 'application/json' }),
    ...(wanted && cookies.size && { cookie: [...cookies].map((c) => c.join('=')).join('; ') }),
  }
  return ask({ port: plan.port, path, method, headers, body: json })
}

function report(id, title, url = '') {
  findings.push({ id, url, title })
}

async function warn(id, title, url, log) {
  await pause(LOG_MS)
  const cause = firstCause(log)
  warnings.push({ id, url, title: cause ? `${title}: ${cause}` : title })
}

/** Asks the start page, which is not the health path: what is wrong there is for people to know. */
async function look(path, log) {
  try {
    const { status, headers, body } = await ask({ port: plan.port, path })
    if (status >= 400) await warn('smoke-start-page', `the start page answers ${status}; the health check asks ${plan.health.path}`, path, log)
    else if (status >= 300) warnings.push({ id: 'smoke-start-page', url: path, title: `the start page redirects (${status}) to ${headers.location}; the health check asks ${plan.health.path}` })
    else if (BROKEN.test(body.toString())) await warn('smoke-start-page', `the start page answers ${status} with an error in it; the health check asks ${plan.health.path}`, path, log)
  } catch (error) {
    await warn('smoke-start-page', `the start page gives no answer (${error.message}); the health check asks ${plan.health.path}`, path, log)
  }
}

async function main() {
  const app = start(plan)
  const problem = await app.ready()
  const readyMs = app.age()
  if (problem) report('smoke-start', problem)
  else {
    const instead = app.instead()
    if (instead) await warn('smoke-health-route', `the health path was not healthy (${instead.last}), but ${instead.path} answers 200`, plan.health.path, app.log)
    else {
      const check = spawnSync(plan.healthcheck[0], plan.healthcheck.slice(1), { timeout: 10_000 })
      if (check.status !== 0) report('smoke-health-check', `the health check's command ended with ${check.status ?? check.signal}: ${String(check.stderr).trim()}`)
    }
    if (plan.start && plan.start !== plan.health.path) await look(plan.start, app.log)
    // A request that only repeats the health check has had its answer.
    for (const request of plan.requests.filter(({ path }) => !(instead && plan.default && path === plan.health.path))) {
      const path = request.path.replace('{chunk}', plan.chunk)
      try {
        const answer = await send({ ...request, path })
        keepCookies(answer.headers)
        for (const wrong of judge(request, answer)) report('smoke-answer', `${request.method}: ${wrong}`, path)
      } catch (error) {
        report('smoke-answer', `${request.method}: ${error.message}`, path)
      }
    }
  }
  await app.stop()
  process.stdout.write(JSON.stringify({ readyMs, requests: plan.requests.length, findings, warnings, log: excerpt(app.log, LOG_LINES) }), () => process.exit(findings.length ? 1 : 0))
}

main()
