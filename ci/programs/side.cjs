// Runs in the image before the app (node --require): health, readiness and metrics on a port of their own, and an end of
// the app that finishes what it began. side.json beside it has the settings, as ci/programs/payload.cjs writes them.
'use strict'

const fs = require('node:fs')
const http = require('node:http')
const path = require('node:path')
const { isMainThread } = require('node:worker_threads')
const { labels } = require('./side-labels.cjs')
const { measure } = require('./side-metrics.cjs')
const { watch } = require('./side-watch.cjs')

// Threads and processes of the app load this file too, since node hands its arguments on to them. Some get no variables.
const STARTED = 'NEXT_DISTROLESS_SIDE'
const SLOW_MS = 5000
const TEXT = 'text/plain; charset=utf-8'

function main() {
  const settings = JSON.parse(fs.readFileSync(path.join(__dirname, 'side.json'), 'utf8'))
  const app = path.dirname(__dirname)
  const side = listen(settings.port)
  const metrics = settings.metrics ? measure(labels(settings.dist ? path.join(app, settings.dist) : '')) : null
  const state = watch({ ...settings, port: Number(process.env.PORT) }, metrics?.observe)
  side.on('request', (request, response) => {
    try {
      answer(request, response, state, metrics)
    } catch (error) {
      // What goes wrong here is no reason for the app to end.
      send(request, response, 500, `${error.message}\n`)
    }
  })
}

/** On all addresses: `::` takes IPv4 too, and where there is no IPv6 node takes 0.0.0.0. It keeps no process alive. */
function listen(port) {
  const side = http.createServer({ requestTimeout: SLOW_MS, headersTimeout: SLOW_MS })
  side.on('error', (error) => console.error(`next-distroless: the side port ${port} cannot be used (${error.code ?? error.message})`))
  side.listen(port)
  return side.unref()
}

function answer(request, response, state, metrics) {
  if (request.method !== 'GET' && request.method !== 'HEAD') return send(request, response, 405, 'Method Not Allowed\n', TEXT, { allow: 'GET, HEAD' })
  const [name] = request.url.split('?')
  if (name === '/healthz') return send(request, response, 200, 'ok\n')
  if (name === '/readyz') return send(request, response, state.problem() ? 503 : 200, `${state.problem() || 'ready'}\n`)
  if (name === '/metrics' && metrics) return send(request, response, 200, metrics.text(state.inFlight()), `text/plain; version=0.0.4; charset=utf-8`)
  return send(request, response, 404, 'Not Found\n')
}

function send(request, response, status, text, type = TEXT, headers = {}) {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text), 'cache-control': 'no-store', ...headers })
  response.end(request.method === 'HEAD' ? undefined : text)
}

if (isMainThread && !process.send && !process.env[STARTED]) {
  process.env[STARTED] = '1'
  main()
}
