// What a container sees of the engine's machine, as JSON in the file argv[2]: kernel, memory, disk, clock, proxies, and
// whether the npm registry answers.
'use strict'

const { execFile } = require('node:child_process')
const fs = require('node:fs')
const os = require('node:os')

const PROXIES = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'all_proxy']
const WAIT = 20_000
// An answer of the server is an answer, whatever it says to a path that not every registry has.
const ANSWERED = /^E(?!401|403)[45]\d\d$/

async function main(report) {
  const registry = (await npm('config', 'get', 'registry')).out.trim()
  const [ping, skew] = await Promise.all([npm('ping', '--json', '--fetch-retries=0', `--fetch-timeout=${WAIT}`), ahead(registry)])
  const { bavail, bsize, ffree, files } = fs.statfsSync('/')
  const memory = /^MemAvailable:\s+(\d+) kB/m.exec(read('/proc/meminfo'))?.[1]
  const limit = Number(read('/sys/fs/cgroup/memory.max'))
  fs.writeFileSync(report, JSON.stringify({
    kernel: os.release(),
    cpus: os.availableParallelism(),
    memory: Math.min(memory ? memory * 1024 : os.freemem(), limit || Infinity),
    disk: bavail * bsize,
    inodes: files ? ffree : 0,
    root: / \/ (\S+) /.exec(read('/proc/mounts'))?.[1] ?? 'unknown',
    filters: read('/proc/sys/kernel/seccomp/actions_avail').split(/\s+/).includes('errno'),
    proxies: PROXIES.filter((name) => process.env[name]),
    no_proxy: process.env.NO_PROXY ?? process.env.no_proxy ?? '',
    registry,
    answer: ANSWERED.test(ping.code) ? '' : ping.code,
    skew,
  }))
}

/** Runs npm; `code` is the error as npm names it, empty for none. */
function npm(...words) {
  return new Promise((resolve) => {
    execFile('npm', [...words, '--loglevel=error'], { encoding: 'utf8', timeout: WAIT + 10_000 }, (error, out, err) => {
      const code = /\bcode"?:? "?(E\w+|[A-Z]+(?:_[A-Z]+)+)/.exec(out + err)?.[1]
      resolve({ out, code: error ? (code ?? 'no answer') : '' })
    })
  })
}

/** Seconds by which the clock is ahead of a server's; null where that does not say its own. */
async function ahead(url) {
  try {
    const answer = await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(WAIT) })
    const date = Date.parse(answer.headers.get('date') ?? '')
    return Number.isNaN(date) ? null : (Date.now() - date) / 1000
  } catch {
    return null
  }
}

function read(file) {
  try {
    return fs.readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

main(process.argv[2])
