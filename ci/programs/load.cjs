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

const GROUPS = 20

const times = new Map()
const codes = {}
const unexpected = {}
const errors = {}
const count = (table, name) => { table[name] = (table[name] || 0) + 1 }
const clients = []
const total = (name) => clients.reduce((sum, one) => sum + one[name], 0)

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

// A connection that the server closes while it owes an answer is no error to autocannon, which then takes the next answer
// for that of the request before. So what is open is known here: a new request means that an older one was lost.
function watch(client) {
  const own = { open: 0, lost: 0, sent: 0 }
  clients.push(own)
  client.on('request', () => {
    client.pipelinedRequests.clear()
    own.lost += own.open
    own.open = 1
    own.sent += 1
  })
  client.on('connError', () => { own.open = 0 })
  // It comes after the request that is sent next, if one is.
  client.on('timeout', () => { own.lost > 0 ? own.lost -= 1 : own.open = 0 })
  client.on('response', (code, _, milliseconds) => {
    own.open = 0
    count(codes, code)
    const key = rounded(Math.max(1, Math.round(milliseconds * 1000)))
    times.set(key, (times.get(key) || 0) + 1)
  })
}

// A connection sends its share of a rate at the start of each of its seconds. So connections begin in groups, one after
// the other within a second: the load is even, and not a burst each second.
const groups = spec.rate ? Math.min(GROUPS, spec.connections, spec.rate) : 1
const share = (whole, group) => Math.floor(whole / groups) + (group < whole % groups ? 1 : 0)
const waiting = [...Array(groups).keys()].map((group) => new Promise((resolve) => {
  setTimeout(() => begin(share(spec.connections, group), share(spec.rate, group), resolve), group * 1000 / groups)
}))

function begin(connections, rate, done) {
  const run = autocannon({
    url: spec.url,
    connections,
    ...(rate ? { overallRate: rate } : {}),
    duration: spec.seconds,
    timeout: spec.timeout,
    bailout: GIVE_UP,
    requests,
    setupClient: watch
  }, (error, result) => {
    if (error) fail(`the load could not be made: ${error.message}`, 'see the output above')
    done(result.duration)
  })
  run.on('reqError', (error) => count(errors, error.code || error.message))
}

Promise.all(waiting).then((durations) => console.log(JSON.stringify({
  seconds: Math.max(...durations),
  sent: total('sent'),
  codes,
  unexpected,
  errors,
  lost: total('lost'),
  times: [...times].sort(([a], [b]) => a - b).map(([microseconds, requests]) => ({ microseconds, requests }))
})))
