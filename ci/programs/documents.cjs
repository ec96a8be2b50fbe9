// Files of packages that no route reads: documentation, types, tests, source maps.
'use strict'

const DOCUMENTS = /(?<!(^|\/)(licen[cs]e|notice|copying)[^/]*)\.(md|markdown)$|\.d\.[cm]?ts$|\.flow$|^(docs?|examples?|tests?)\/|(^|\/)__tests__\//i

/** Whether a file is one, by its path in the package. Licences are not: they have to stay with the code. */
function isUnread(rest, sourceMaps) {
  return DOCUMENTS.test(rest) || (!sourceMaps && rest.endsWith('.map'))
}

module.exports = { isUnread }
