// Globs as the pipeline file has them: **, *, ? and {a,b}, matched against whole relative paths.
'use strict'

function toRegExp(glob) {
  const source = glob.replace(/\*\*\/|\*\*|\*|\?|\{[^}]*\}|[.+^$()|[\]\\]/g, (token) => {
    if (token === '**/') return '(?:.*/)?'
    if (token === '**') return '.*'
    if (token === '*') return '[^/]*'
    if (token === '?') return '[^/]'
    if (token.startsWith('{')) return `(?:${token.slice(1, -1).split(',').map((part) => toRegExp(part).source.slice(1, -1)).join('|')})`
    return `\\${token}`
  })
  return new RegExp(`^${source}$`)
}

module.exports = { toRegExp }
