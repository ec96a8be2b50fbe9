// What never goes into an image, by the names of files.
'use strict'

module.exports = {
  SECRET: /(^|\/)(\.env[^/]*|\.npmrc|\.netrc|\.yarnrc|\.yarnrc\.yml|\.git)$/,
  SOURCE: /\.(ts|mts|cts|tsx|jsx)$/,
  TEST: /(^|\/)__tests__(\/|$)|\.(test|spec)\.[^/]+$/,
  SOURCE_MAP: /\.([cm]?[jt]sx?|css)\.map$/,
}
