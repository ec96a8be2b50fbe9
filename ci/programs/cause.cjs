// The first cause in what a server printed: the last lines are often only the frames of what follows from it.
'use strict'

const ANSI = /\x1b\[[0-9;?]*[A-Za-z]/g
const FRAME = /^\s*at\s/
const ERROR = /(?:^|[\s⨯"'[(])(?:[A-Z]\w*)?(?:Error|Exception)(?:\s*\[\w+\])?(?::|$)|⨯|❌|\bUnhandled|\bCannot find (?:module|package)\b|\bE(?:CONNREFUSED|ACCES|ROFS|NOENT|ADDRINUSE|NOTFOUND|AI_AGAIN)\b|\bFATAL\b/
const CAUSE = /\[?\bcause\]?:\s*(?:\{\s*)?(.+)/
const [REACH, AROUND, LONGEST] = [120, 12, 300]

/** Index of the line with the first error of a log; -1 where there is none. */
function firstError(log) {
  return log.findIndex((line) => ERROR.test(line.replace(ANSI, '')) && !FRAME.test(line))
}

/** The first error of a log with its cause, in one line; empty where there is none. */
function firstCause(log) {
  log = log.map((line) => line.replace(ANSI, ''))
  const at = firstError(log)
  if (at < 0) return ''
  const said = readable(log[at])
  const next = log.slice(at + 1, at + 1 + REACH)
  const end = next.findIndex((line) => ERROR.test(line) && !FRAME.test(line) && !CAUSE.test(line))
  const cause = next.slice(0, end < 0 ? next.length : end).map((line) => CAUSE.exec(line)?.[1]).find(Boolean)
  return (cause ? `${said}, cause: ${readable(cause)}` : said).slice(0, LONGEST)
}

function readable(line) {
  return line.replace(/[⨯❌]\s*/gu, '').replace(/\s*\{?\s*$/, '').trim()
}

/** The end of a log, and before it what stands around its first error. */
function excerpt(log, most) {
  const at = firstError(log)
  if (at < 0 || at >= log.length - most) return log.slice(-most)
  return [...log.slice(at, at + AROUND), '…', ...log.slice(-(most - AROUND - 1))]
}

module.exports = { excerpt, firstCause }
