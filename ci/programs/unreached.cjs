// Loaded before a build: prints each host that `fetch` cannot connect to. Its error is only "fetch failed", and Next.js
// up to 15 does not print the cause of it. Requests by `node:http` have the host in their error.
'use strict'

const { subscribe } = require('node:diagnostics_channel')

const seen = new Set()

subscribe('undici:client:connectError', ({ connectParams: { host }, error }) => {
  const line = `no connection to ${host} (${error.code ?? error.name})`
  if (seen.has(line)) return
  seen.add(line)
  process.stderr.write(`${line}\n`)
})
