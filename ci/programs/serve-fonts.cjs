// Runs a command (argv[2] and on) while the vendored fonts are served on loopback, and ends with its exit code.
'use strict'

const { spawn } = require('node:child_process')
const fs = require('node:fs')
const http = require('node:http')
const path = require('node:path')
const { HOME, PORT } = require('./fonts.cjs')

const server = http.createServer((request, response) => {
  const file = path.join(HOME, path.normalize(decodeURI(request.url)))
  if (!file.endsWith('.woff2') || !fs.existsSync(file)) {
    response.writeHead(404).end()
    return
  }
  response.writeHead(200, { 'content-type': 'font/woff2' })
  fs.createReadStream(file).pipe(response)
})

server.listen(PORT, '127.0.0.1', () => {
  const command = spawn(process.argv[2], process.argv.slice(3), { stdio: 'inherit' })
  command.on('error', (error) => {
    console.error(error.message)
    process.exit(127)
  })
  command.on('exit', (code) => process.exit(code ?? 1))
})
