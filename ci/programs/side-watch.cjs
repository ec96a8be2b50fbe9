// Watches the servers of the app: whether they listen, what is open, and how they end.
'use strict'

const diagnostics = require('node:diagnostics_channel')
const http = require('node:http')
const https = require('node:https')
const net = require('node:net')

const SIGNALS = { SIGTERM: 15, SIGINT: 2 }
// How long the app's own listeners of a signal may take at least, after the last request.
const LAST_MS = 1000
// How long an idle connection stays after the end of new ones: its client may be sending a request, and would lose it.
const LINGER_MS = 500

// Turns of the event loop without a new connection.
const QUIET = 3

/**
 * At SIGTERM or SIGINT: not ready, `delay` seconds later no new connections, at most `deadline` seconds later no
 * connections at all, then what the app itself does at the signal, in what is left of the time, then the end. Another
 * signal ends the waiting.
 *
 * `port`: of the app's server; any port where that is no number above 0. `observe(url, status, seconds)` is told of each
 * answer; a status of 0 is an answer that was not sent to its end.
 */
function watch({ port, delay, deadline }, observe) {
  const servers = new Set()
  const sockets = new Map()
  let accepted = 0
  let requests = 0
  let signal = ''
  let closed = false
  let finished = false
  let timer
  let end = 0

  follow((server) => {
    if (!isNamed(server.address(), port)) return
    servers.add(server)
    server.on(server instanceof https.Server ? 'secureConnection' : 'connection', (socket) => {
      sockets.set(socket, { open: new Set(), read: 0, isPlain: server instanceof http.Server, isHttp: server instanceof http.Server || server instanceof https.Server })
      accepted += 1
      socket.once('close', () => {
        sockets.delete(socket)
        finishIfDrained()
      })
    })
  })

  diagnostics.subscribe('http.server.request.start', ({ request, response, socket, server }) => {
    const connection = sockets.get(socket)
    if (!connection || !servers.has(server)) return
    const [began, { url }] = [performance.now(), request]
    connection.open.add(response)
    requests += 1
    if (signal) response.shouldKeepAlive = false
    response.once('close', () => {
      connection.open.delete(response)
      connection.read = socket.bytesRead
      requests -= 1
      observe?.(url, response.writableFinished ? response.statusCode : 0, (performance.now() - began) / 1000)
      if (closed) setTimeout(endIfIdle, LINGER_MS, socket, connection)
    })
  })

  hold((name) => {
    if (finished) process.exit(0)
    if (signal) return cut()
    signal = name
    for (const { open } of sockets.values()) for (const response of open) response.shouldKeepAlive = false
    timer = setTimeout(() => whenQuiet(() => accepted, close), delay * 1000)
  })

  function close() {
    if (closed) return
    closed = true
    clearTimeout(timer)
    // Not http's own `close`, which also cuts off what is still in the buffers of idle connections.
    for (const server of servers) net.Server.prototype.close.call(server)
    for (const [socket, connection] of sockets) setTimeout(endIfIdle, LINGER_MS, socket, connection)
    end = performance.now() + deadline * 1000
    timer = setTimeout(cut, deadline * 1000)
    finishIfDrained()
  }

  function cut() {
    close()
    if (sockets.size) console.error(`next-distroless: ${signal}: ${sockets.size} open connection${sockets.size > 1 ? 's' : ''} cut off`)
    for (const socket of sockets.keys()) socket.destroy()
    finish()
  }

  function finishIfDrained() {
    if (closed && !sockets.size) finish()
  }

  function finish() {
    if (finished) return
    finished = true
    clearTimeout(timer)
    // What the app does now, it may do with its server: that is closed, and no error.
    for (const server of servers) server.close = closedAlready
    process.on('exit', (code) => {
      if (code === 128 + SIGNALS[signal]) process.exitCode = 0
    })
    if (!pass(signal)) process.exit(0)
    setTimeout(() => process.exit(0), Math.max(LAST_MS, end - performance.now()))
  }

  return {
    inFlight: () => requests,
    problem: () => (signal ? 'ending' : [...servers].some((server) => server.listening) ? '' : 'starting'),
  }
}

/**
 * Waits for the connections that the system has taken in already, and would cut off with the end of the server: libuv
 * takes one of them in each turn of its loop (1.45 and on). Where new ones never cease, it waits no longer.
 */
function whenQuiet(count, then) {
  const until = performance.now() + LINGER_MS
  let quiet = 0
  let last = count()
  const turn = () => {
    quiet = count() === last ? quiet + 1 : 0
    last = count()
    if (quiet === QUIET || performance.now() > until) then()
    else setImmediate(turn)
  }
  turn()
}

/** Tells of each server when it listens. */
function follow(tell) {
  const { listen } = net.Server.prototype
  const known = new WeakSet()
  net.Server.prototype.listen = function (...given) {
    if (!known.has(this)) this.on('listening', () => tell(this))
    known.add(this)
    return listen.apply(this, given)
  }
}

/** Whether a server's address is the app's own; one without a port, such as a pipe, never is. */
function isNamed(address, port) {
  return address !== null && typeof address === 'object' && (port > 0 ? address.port === port : true)
}

/**
 * Ends a connection that has no request: all that came of it was answered. (`destroySoon` sends what is still in the
 * buffer.) Of what is no HTTP/1, nobody can say that, so it stays until the deadline.
 */
function endIfIdle(socket, { open, read, isPlain, isHttp }) {
  if (isHttp && !open.size && (!isPlain || socket.bytesRead === read)) socket.destroySoon()
}

const { emit } = process

/** Takes the signals over: the listeners that the app has for them are called by `pass` alone. */
function hold(tell) {
  process.emit = function (event, ...given) {
    if (!Object.hasOwn(SIGNALS, event)) return emit.call(this, event, ...given)
    tell(event)
    return true
  }
  for (const name of Object.keys(SIGNALS)) process.on(name, own)
}

/** Without a listener, node would not take the signal. */
function own() {}

/** Calls the app's listeners of a signal; returns whether there are any. */
function pass(name) {
  const others = process.listeners(name).filter((listener) => listener !== own)
  if (others.length) emit.call(process, name, name, SIGNALS[name])
  return others.length > 0
}

function closedAlready(callback) {
  if (typeof callback === 'function') setImmediate(callback)
  return this
}

module.exports = { watch }
