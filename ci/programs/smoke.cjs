// Runs inside the very image: starts it by its own entrypoint, asks it what the plan says, and prints a JSON report.
// argv[2] is a file with the smoke plan of one scenario. Exit code 1 when something is not as expected.
'use strict'

const { spawn, spawnSync } = require('node:child_process')
const fs = require('node:fs')
const http = require('node:http')
const os = require('node:os')

const plan = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'))
const LOG_LINES = 60
const REQUEST_MS = 15_000
const started = performance.now()
const log = []
const findings = []
const cookies = new Map()
let exit = null

const app = spawn(plan.argv[0], plan.argv.slice(1), { stdio: ['ignore', 'pipe', 'pipe'] })
app.on('error', (error) => { exit = error.message })
app.on('exit', (code, signal) => { exit = signal ?? `exit code ${code}` })
for (const stream of [app.stdout, app.stderr]) stream.on('data', (data) => log.push(...data.toString().trimEnd().split('\n')))

// Not loopback: whether the app listens for others is part of the question.
const address = Object.values(os.networkInterfaces()).flat().find((a) => !a.internal && a.family === 'IPv4')?.address ?? '127.0.0.1'

function ask({ path, method = 'GET', json = '', cookies: send = true }) {
  return new Promise((resolve, reject) => {
    const headers = { ...(json && { 'content-type': 'application/json' }), ...(send && cookies.size && { cookie: [...cookies].map((c) => c.join('=')).join('; ') }) }
    const request = http.request({ host: address, port: plan.port, path, method, headers, agent: false, timeout: REQUEST_MS }, (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (data) => { body += data })
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body }))
      response.on('error', reject)
    })
    request.on('timeout', () => request.destroy(new Error(`no answer within ${REQUEST_MS} ms`)))
    request.on('error', reject)
    request.end(json)
  })
}

async function ready() {
  let last = ''
  while (performance.now() - started < plan.deadline * 1000) {
    if (exit !== null) return `the container ended (${exit}) before ${plan.health.path} answered`
    try {
      const { status } = await ask({ path: plan.health.path, cookies: false })
      if (status === plan.health.status) return ''
      last = `last answer: ${status}, expected ${plan.health.status}`
    } catch (error) {
      last = `last answer: ${error.message}`
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return `${plan.health.path} was not healthy within ${plan.deadline} s (${last})`
}

function judge(expected, found) {
  const wrong = []
  if (found.status !== expected.status) wrong.push(`status ${found.status}, expected ${expected.status}`)
  if (expected.location && found.headers.location !== expected.location) wrong.push(`location ${found.headers.location}, expected ${expected.location}`)
  for (const [name, text] of Object.entries(expected.header)) {
    if (!String(found.headers[name.toLowerCase()] ?? '').includes(text)) wrong.push(`header ${name} is ${found.headers[name.toLowerCase()]}, expected ${text}`)
  }
  for (const text of expected.contains) if (!found.body.includes(text)) wrong.push(`body lacks ${JSON.stringify(text)}`)
  return wrong
}

function keepCookies(headers) {
  for (const line of headers['set-cookie'] ?? []) {
    const [name, ...value] = line.split(';')[0].split('=')
    cookies.set(name, value.join('='))
  }
}

async function main() {
  const problem = await ready()
  const readyMs = Math.round(performance.now() - started)
  if (problem) findings.push(problem)
  else {
    const check = spawnSync(plan.healthcheck[0], plan.healthcheck.slice(1), { timeout: 10_000 })
    if (check.status !== 0) findings.push(`the health check's command ended with ${check.status ?? check.signal}: ${check.stderr}`)
    for (const request of plan.requests) {
      const path = request.path.replace('{chunk}', plan.chunk)
      try {
        const answer = await ask({ ...request, path })
        keepCookies(answer.headers)
        findings.push(...judge(request, answer).map((wrong) => `${request.method} ${path}: ${wrong}`))
      } catch (error) {
        findings.push(`${request.method} ${path}: ${error.message}`)
      }
    }
  }
  app.kill('SIGKILL')
  fs.writeSync(1, JSON.stringify({ readyMs, requests: plan.requests.length, findings, log: log.slice(-LOG_LINES) }))
  process.exit(findings.length ? 1 : 0)
}

main()
