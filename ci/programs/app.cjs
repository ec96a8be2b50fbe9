// Starts the app by the image's own entrypoint, and watches it.
'use strict'

const { spawn } = require('node:child_process')
const { once } = require('node:events')
const readline = require('node:readline')
const { setTimeout: pause } = require('node:timers/promises')
const { ask } = require('./ask.cjs')
const { firstCause } = require('./cause.cjs')

// Seconds that an app may answer its health path otherwise before other paths are asked.
const PATIENCE = 15
// The end of a process may be reported before its last lines.
const CLOSE_MS = 500

function start({ argv, port, health, deadline, others = [] }) {
  const began = performance.now()
  const log = []
  let ended = ''
  let instead = null
  const app = spawn(argv[0], argv.slice(1), { stdio: ['ignore', 'pipe', 'pipe'] })
  const closed = new Promise((resolve) => { app.on('close', resolve) })
  app.on('error', (error) => { ended = error.message })
  app.on('exit', (code, signal) => { ended = signal ?? `exit code ${code}` })
  for (const input of [app.stdout, app.stderr]) readline.createInterface({ input }).on('line', (line) => log.push(line))

  // What is wrong, or nothing. An app whose health path answers otherwise is up if another path answers 200: see `instead`.
  async function ready() {
    let last = ''
    let answered = 0
    do {
      if (ended) return await withCause(`the container ended (${ended}) before ${health.path} answered`)
      try {
        const { status } = await ask({ port, path: health.path })
        if (status === health.status) return ''
        last = `last answer: ${status}, expected ${health.status}`
        answered ||= performance.now()
      } catch (error) {
        last = `last answer: ${error.message}`
        if (error.code !== 'ECONNREFUSED') answered ||= performance.now()
      }
      if (answered && performance.now() - answered >= Math.min(PATIENCE, deadline / 4) * 1000 && (await another(last))) return ''
      await pause(50)
    } while (performance.now() - began < deadline * 1000)
    return await withCause(`${health.path} was not healthy within ${deadline} s (${last})`)
  }

  async function another(last) {
    for (const path of others) {
      const answer = await ask({ port, path }).catch(() => null)
      if (answer?.status === 200) {
        instead = { path, last }
        return true
      }
    }
    return false
  }

  async function withCause(problem) {
    await Promise.race([closed, pause(ended ? CLOSE_MS : 0)])
    const cause = firstCause(log)
    return cause ? `${problem}: ${cause}` : problem
  }

  async function stop() {
    if (!ended && app.kill('SIGKILL')) await once(app, 'exit')
  }

  return { log, ready, instead: () => instead, stop, ended: () => ended, age: () => Math.round(performance.now() - began) }
}

module.exports = { start }
