// Serves a static export: runs in the image as server.js, with static.json beside it.
'use strict'

const crypto = require('node:crypto')
const fs = require('node:fs')
const http = require('node:http')
const net = require('node:net')
const path = require('node:path')
const { pipeline } = require('node:stream/promises')

const TYPES = {
  avif: 'image/avif', bmp: 'image/bmp', css: 'text/css; charset=utf-8', csv: 'text/csv; charset=utf-8', gif: 'image/gif',
  htm: 'text/html; charset=utf-8', html: 'text/html; charset=utf-8', ico: 'image/x-icon', jpeg: 'image/jpeg', jpg: 'image/jpeg',
  js: 'text/javascript; charset=utf-8', json: 'application/json; charset=utf-8', map: 'application/json; charset=utf-8',
  md: 'text/markdown; charset=utf-8', mjs: 'text/javascript; charset=utf-8', mp3: 'audio/mpeg', mp4: 'video/mp4', ogg: 'audio/ogg',
  otf: 'font/otf', pdf: 'application/pdf', png: 'image/png', svg: 'image/svg+xml', ttf: 'font/ttf', txt: 'text/plain; charset=utf-8',
  wasm: 'application/wasm', wav: 'audio/wav', webm: 'video/webm', webmanifest: 'application/manifest+json', webp: 'image/webp',
  woff: 'font/woff', woff2: 'font/woff2', xml: 'application/xml; charset=utf-8', zip: 'application/zip',
}
const [IMMUTABLE, REVALIDATE] = ['public, max-age=31536000, immutable', 'public, max-age=0, must-revalidate']
const DRAIN_MS = 10_000

/** The server of a directory. `basePath` is what next.config calls so. */
function create(directory, basePath = '') {
  const root = fs.realpathSync(directory)
  return http.createServer((request, response) => {
    answer(root, basePath, request, response).catch((error) => {
      if (error.code === 'ERR_STREAM_PREMATURE_CLOSE') return
      console.error(error)
      if (!response.headersSent) send(response, 500, 'Internal Server Error\n')
      else response.destroy()
    })
  })
}

async function answer(root, basePath, request, response) {
  if (request.method !== 'GET' && request.method !== 'HEAD') return send(response, 405, 'Method Not Allowed\n', { allow: 'GET, HEAD' })
  const [raw, ...query] = request.url.split('?')
  const wanted = decoded(raw)
  if (wanted === null) return send(response, 400, 'Bad Request\n')
  const inside = wanted === basePath || wanted.startsWith(`${basePath}/`)
  const found = inside ? await find(root, wanted.slice(basePath.length)) : {}
  if (found.location !== undefined) {
    const location = encodeURI(`${basePath}${found.location}`).replace(/[?#]/g, encodeURIComponent) + (query.length ? `?${query.join('?')}` : '')
    return send(response, 308, '', { location })
  }
  if (found.file) return sendFile(request, response, found, 200, wanted.startsWith(`${basePath}/_next/static/`) ? IMMUTABLE : REVALIDATE)
  const missing = await regular(root, '404.html')
  return missing ? sendFile(request, response, missing, 404, REVALIDATE) : send(response, 404, 'Not Found\n')
}

/** The path of a URL, or null where it has no meaning or would leave the directory. */
function decoded(raw) {
  try {
    const text = decodeURIComponent(raw)
    return text.startsWith('/') && !/[\0\\]/.test(text) && !text.split('/').includes('..') ? text.replace(/\/{2,}/g, '/') : null
  } catch {
    return null
  }
}

/** The file of a path, or the path to redirect to: what `trailingSlash` wrote is told by where index.html is. */
async function find(root, wanted) {
  const plain = wanted.replace(/\/$/, '')
  const slash = wanted.endsWith('/') || wanted === ''
  const exact = !slash && (await regular(root, plain))
  if (exact) return exact
  const page = plain && (await regular(root, `${plain}.html`))
  const index = await regular(root, `${plain}/index.html`)
  if (index && (slash || !page)) return slash ? index : { location: `${plain}/` }
  if (page) return slash ? { location: plain } : page
  return {}
}

/** A regular file that is below the directory when all links are followed: `{ file, stat }`. */
async function regular(root, name) {
  try {
    const file = await fs.promises.realpath(path.join(root, name))
    const stat = await fs.promises.stat(file)
    return stat.isFile() && file.startsWith(root + path.sep) ? { file, stat } : null
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG', 'EACCES'].includes(error.code)) return null
    throw error
  }
}

async function sendFile(request, response, { file, stat }, status, cache) {
  const headers = {
    'cache-control': status === 200 ? cache : 'no-cache',
    'content-type': TYPES[path.extname(file).slice(1).toLowerCase()] ?? 'application/octet-stream',
    etag: await tag(file),
    // An image's files may all bear the same first second of 1970, which says nothing about them.
    ...(stat.mtimeMs > 0 && { 'last-modified': stat.mtime.toUTCString() }),
    'x-content-type-options': 'nosniff',
  }
  if (status === 200 && isFresh(request.headers, headers)) return response.writeHead(304, headers).end()
  response.writeHead(status, { ...headers, 'content-length': stat.size })
  if (request.method === 'HEAD') return response.end()
  return pipeline(fs.createReadStream(file), response)
}

const tags = new Map()

/** Of the content, once for each file: the files of an image do not change. */
async function tag(file) {
  if (!tags.has(file)) {
    const hash = crypto.createHash('sha256')
    await pipeline(fs.createReadStream(file), hash)
    tags.set(file, `"${hash.digest('base64url').slice(0, 27)}"`)
  }
  return tags.get(file)
}

function isFresh(asked, { etag, 'last-modified': modified }) {
  const known = asked['if-none-match']
  if (known !== undefined) return known.split(',').map((one) => one.trim().replace(/^W\//, '')).some((one) => one === etag || one === '*')
  return Date.parse(asked['if-modified-since'] ?? '') >= Date.parse(modified ?? '')
}

function send(response, status, text, headers = {}) {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'content-length': Buffer.byteLength(text), ...headers }).end(text)
}

function main() {
  const { directory, basePath } = JSON.parse(fs.readFileSync(path.join(__dirname, 'static.json'), 'utf8'))
  const server = create(path.join(__dirname, directory), basePath)
  const [host, port] = [process.env.HOSTNAME || '0.0.0.0', Number(process.env.PORT || 3000)]
  server.listen(port, host, () => console.log(`serving ${directory} on http://${host}:${server.address().port}`))
  endGracefully(server)
}

/** At a signal, ends as soon as all answers under way are sent. (`http.Server.close` would cut off what is buffered.) */
function endGracefully(server) {
  const open = new Set()
  let stopping = false
  server.prependListener('request', (_, response) => {
    response.shouldKeepAlive &&= !stopping
    open.add(response)
    response.on('close', () => {
      open.delete(response)
      if (stopping && !open.size) process.exit(0)
    })
  })
  for (const signal of ['SIGTERM', 'SIGINT']) {
    process.once(signal, () => {
      if (!open.size) process.exit(0)
      stopping = true
      net.Server.prototype.close.call(server)
      setTimeout(() => process.exit(0), DRAIN_MS)
    })
  }
}

if (require.main === module) main()
module.exports = { create }
