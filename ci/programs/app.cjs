// Starts the app by the image's own entrypoint, and watches it.
'use strict'

const { spawn } = require('node:child_process')
const { once } = require('node:events')
const readline = require('node:readline')
const { setTimeout: pause } = require('node:timers/promises')
const { ask } = require('./ask.cjs')

function start({ argv, port, health, deadline }) {
  const began = performance.now()
  const log = []
  let ended = ''
  const app = spawn(argv[0], argv.slice(1), { stdio: ['ignore', 'pipe', 'pipe'] })
  app.on('error', (error) => { ended = error.message })
  app.on('exit', (code, signal) => { ended = signal ?? `exit code ${code}` })
  for (const input of [app.stdout, app.stderr]) readline.createInterface({ input }).on('line', (line) => log.push(line))

  // What is wrong, or nothing.
  async function ready() {
    let last = ''
    do {
      if (ended) return `the container ended (${ended}) before ${health.path} answered`
      try {
        const { status } = await ask({ port, path: health.path })
        if (status === health.status) return ''
        last = `last answer: ${status}, expected ${health.status}`
      } catch (error) {
        last = `last answer: ${error.message}`
      }
      await pause(50)
    } while (performance.now() - began < deadline * 1000)
    return `${health.path} was not healthy within ${deadline} s (${last})`
  }

  async function stop() {
    if (!ended && app.kill('SIGKILL')) await once(app, 'exit')
  }

  return { log, ready, stop, ended: () => ended, age: () => Math.round(performance.now() - began) }
}

module.exports = { start }
