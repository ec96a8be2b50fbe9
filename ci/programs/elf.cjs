// Reads what an ELF file is for: machine, C library and the shared libraries it needs.
'use strict'

const fs = require('node:fs')
const path = require('node:path')

const PLATFORMS = { 0x03: 'linux/386', 0x28: 'linux/arm', 0x3e: 'linux/amd64', 0xb7: 'linux/arm64', 0xf3: 'linux/riscv64', 0x16: 'linux/s390x', 0x15: 'linux/ppc64le' }
const [PT_LOAD, PT_DYNAMIC, PT_INTERP] = [1, 2, 3]
const [DT_NEEDED, DT_STRTAB, DT_SONAME, DT_RPATH, DT_RUNPATH] = [1, 5, 14, 15, 29]
const LONGEST_TEXT = 4096
const MOST_ENTRIES = 65_536

/** Returns null for anything but ELF, and `{ error }` for an ELF file that is cut off or makes no sense. */
function read(file) {
  const data = Buffer.isBuffer(file) ? file : contents(file)
  if (!data || data.length < 20 || !isElf(data)) return null
  try {
    return parse(data)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return { error: `not a valid ELF file: ${error.message}` }
  }
}

function isElf(data) {
  return data.toString('latin1', 0, 4) === '\x7fELF'
}

function contents(file) {
  const descriptor = fs.openSync(file)
  try {
    const head = Buffer.alloc(4)
    fs.readSync(descriptor, head, 0, 4, 0)
    return isElf(head) ? fs.readFileSync(descriptor) : null
  } finally {
    fs.closeSync(descriptor)
  }
}

function parse(data) {
  const wide = data[4] === 2
  const number = reader(data, data[5] !== 2)
  const word = wide ? 8 : 4
  const machine = number(18, 2)
  const segments = table(number(wide ? 32 : 28, word), number(wide ? 54 : 42, 2), number(wide ? 56 : 44, 2)).map((at) => ({
    type: number(at, 4),
    offset: number(at + (wide ? 8 : 4), word),
    address: number(at + (wide ? 16 : 8), word),
    size: number(at + (wide ? 32 : 16), word),
  }))
  const interp = segments.find(({ type }) => type === PT_INTERP)
  const interpreter = interp ? text(data, interp.offset) : ''
  const dynamic = segments.find(({ type }) => type === PT_DYNAMIC)
  const tags = dynamic ? table(dynamic.offset, 2 * word, Math.floor(dynamic.size / (2 * word))).map((at) => [number(at, word), number(at + word, word)]) : []
  const end = tags.findIndex(([tag]) => tag === 0)
  const used = end < 0 ? tags : tags.slice(0, end)
  const strings = offset(segments, used.find(([tag]) => tag === DT_STRTAB)?.[1])
  const all = (...wanted) => used.filter(([tag]) => wanted.includes(tag)).map(([, value]) => text(data, strings + value))
  const needed = all(DT_NEEDED)
  return {
    machine,
    platform: PLATFORMS[machine] ?? 'other machine',
    libc: libc(needed, interpreter),
    interpreter,
    soname: all(DT_SONAME)[0] ?? '',
    needed,
    runpath: all(DT_RPATH, DT_RUNPATH).flatMap((paths) => paths.split(':')).filter(Boolean),
  }
}

function reader(data, little) {
  return (at, bytes) => {
    if (!Number.isSafeInteger(at) || at < 0 || at + bytes > data.length) throw new RangeError(`nothing at offset ${at}`)
    if (bytes < 8) return little ? data.readUIntLE(at, bytes) : data.readUIntBE(at, bytes)
    return Number(little ? data.readBigUInt64LE(at) : data.readBigUInt64BE(at))
  }
}

function table(start, size, count) {
  if (count > MOST_ENTRIES) throw new RangeError(`a table of ${count} entries`)
  return Array.from({ length: count }, (_, n) => start + n * size)
}

function offset(segments, address) {
  if (address === undefined) return NaN
  const holder = segments.find((segment) => segment.type === PT_LOAD && address >= segment.address && address < segment.address + segment.size)
  return holder ? address - holder.address + holder.offset : NaN
}

function text(data, at) {
  const end = Number.isSafeInteger(at) ? data.indexOf(0, at) : -1
  if (at < 0 || end < 0 || end - at > LONGEST_TEXT) throw new RangeError(`no text at offset ${at}`)
  return data.toString('utf8', at, end)
}

function libc(needed, interpreter) {
  if (/ld-musl/.test(interpreter) || needed.some((name) => /^libc\.(musl-.*\.so\.1|so)$/.test(name))) return 'musl'
  return /ld-linux/.test(interpreter) || needed.some((name) => /^(libc\.so\.6|ld-linux.*)$/.test(name)) ? 'glibc' : 'none'
}

/**
 * Directories that the loader searches for the libraries of the file `name` by its own list, with their place below the
 * root that the name is below. `$ORIGIN` is the directory of the file (ld.so(8), "Dynamic string tokens").
 */
function searched({ runpath }, name) {
  return runpath.map((place) => path.join('/', place.replace(/\$ORIGIN|\$\{ORIGIN\}/g, path.dirname(name))))
}

module.exports = { read, searched }
