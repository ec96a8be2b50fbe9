// Ends a program with a message for the user: the pipeline takes everything behind the mark.
'use strict'

function fail(what, fix) {
  process.stderr.write(`\nnext-distroless: ${what}\n  fix: ${fix}\n`)
  process.exit(9)
}

module.exports = { fail }
