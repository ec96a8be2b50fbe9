// Sends requests to the app that runs beside the program.
'use strict'

const http = require('node:http')
const os = require('node:os')

// Not loopback: whether the app listens for others is part of the question.
const address = Object.values(os.networkInterfaces()).flat().find((a) => !a.internal && a.family === 'IPv4')?.address ?? '127.0.0.1'

// Resolves once there is a status; `cut` is the reason if its body is not complete. Rejects where there is no answer at all.
function ask({ port, path, method = 'GET', headers = {}, body = '', agent = false, timeout = 15_000, most = Infinity }) {
  return new Promise((resolve, reject) => {
    let reason = ''
    let end = (cut, code) => reject(Object.assign(new Error(cut), { code }))
    const stop = (why) => {
      reason = why
      request.destroy(new Error(why))
    }
    const request = http.request({ host: address, port, path, method, headers, agent }, (response) => {
      const chunks = []
      let length = 0
      end = (cut) => resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks), cut })
      response.on('data', (chunk) => {
        chunks.push(chunk)
        length += chunk.length
        if (length > most) stop(`more than ${most} bytes`)
      })
      response.on('end', () => end(''))
      response.on('error', (error) => end(reason || error.message))
    })
    const deadline = setTimeout(() => stop(`no end within ${timeout / 1000} s`), timeout)
    request.on('error', (error) => end(reason || error.message, error.code))
    request.on('close', () => clearTimeout(deadline))
    request.end(body)
  })
}

module.exports = { address, ask }
