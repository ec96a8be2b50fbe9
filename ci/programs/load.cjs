// Asks a server for a while with autocannon, and prints what came back as JSON. argv[2] is a file: {url, connections, rate
// (requests a second over all connections; 0 for as many as they can), seconds, timeout, requests: [{method, path,
// headers, body, status}]}. Each connection sends them in order, again and again.
'use strict'

const fs = require('node:fs')
const autocannon = require('autocannon')
const { fail } = require('./fail.cjs')

const spec = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'))

// Errors after which the server counts as gone; a refused connection is tried again at once, without end.
const GIVE_UP = 1000

const times = new Map()
const codes = {}
const unexpected = {}
const errors = {}
const count = (table, name) => { table[name] = (table[name] || 0) + 1 }
const clients = []

const requests = spec.requests.map(({ method, path, headers, body, status }) => ({
  method,
  path,
  headers,
  ...(body ? { body } : {}),
  onResponse: (code) => { if (code !== status) count(unexpected, `${method} ${path}: ${code}, not ${status}`) }
}))

// autocannon's own histogram has whole milliseconds. Here are microseconds with three digits.
function rounded(microseconds) {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(microseconds, 1))) - 2)
  return Math.round(microseconds / unit) * unit
}

// A connection that the server closes while it owes an answer is no error to autocannon: what was sent is counted.
function watch(client) {
  const own = { sent: 0, ended: 0 }
  clients.push(own)
  client.on('request', () => { own.sent += 1 })
  for (const event of ['timeout', 'connError']) client.on(event, () => { own.ended += 1 })
  client.on('response', (code, _, milliseconds) => {
    own.ended += 1
    count(codes, code)
    const key = rounded(Math.max(1, Math.round(milliseconds * 1000)))
    times.set(key, (times.get(key) || 0) + 1)
  })
}

const run = autocannon({
  url: spec.url,
  connections: spec.connections,
  ...(spec.rate ? { overallRate: spec.rate } : {}),
  duration: spec.seconds,
  timeout: spec.timeout,
  bailout: GIVE_UP,
  requests,
  setupClient: watch
}, (error, result) => {
  if (error) fail(`the load could not be made: ${error.message}`, 'see the output above')
  // What a connection still waits for at the end is no failure; it waits for one answer at most.
  const lost = clients.reduce((sum, { sent, ended }) => sum + Math.max(0, sent - ended - 1), 0)
  console.log(JSON.stringify({
    seconds: result.duration,
    sent: clients.reduce((sum, { sent }) => sum + sent, 0),
    codes,
    unexpected,
    errors,
    lost,
    times: [...times].sort(([a], [b]) => a - b).map(([microseconds, requests]) => ({ microseconds, requests }))
  }))
})

run.on('reqError', (error) => count(errors, error.code || error.message))
