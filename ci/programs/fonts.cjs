// What next/font/google gets instead of the font host's answers (NEXT_FONT_GOOGLE_MOCKED_RESPONSES).
//
// webpack asks by URL and reads an absolute path in `src` from disk. Turbopack takes the whole module as JSON once, so
// `toJSON` answers for the usual URLs, and fetches what `src` names over HTTP, from serve-fonts.cjs.
'use strict'

const fs = require('node:fs')
const path = require('node:path')

const HOME = '/opt/packages/fonts'
const PORT = 18017

function faces(id, style, requested, source) {
  const css = path.join(HOME, id, style === 'italic' ? 'wght-italic.css' : 'wght.css')
  const family = id.split('-').map((word) => word[0].toUpperCase() + word.slice(1)).join(' ')
  return [...fs.readFileSync(css, 'utf8').matchAll(/\/\* (\S+) \*\/\s*@font-face \{([^}]*)\}/g)].flatMap(([, label, body]) => {
    const file = /url\(\.?\/?(files\/[^)]+)\)/.exec(body)[1]
    const src = source(path.join(HOME, id, file))
    const subset = label.replace(`${id}-`, '').replace(/-wght.*/, '')
    const range = /unicode-range:[^;]*;/.exec(body)?.[0] ?? ''
    const weights = requested ?? [/font-weight: ([^;]*);/.exec(body)[1]]
    return weights.map((weight) => `/* ${subset} */
@font-face {
  font-family: '${family}';
  font-style: ${style};
  font-weight: ${weight};
  font-display: swap;
  src: url(${src}) format('woff2');
  ${range}
}`)
  })
}

function stylesheet(url, source) {
  const query = new URL(url).searchParams
  const [family, axes = ''] = query.get('family').split(':')
  const id = family.toLowerCase().replaceAll(' ', '-')
  if (!fs.existsSync(path.join(HOME, id))) return undefined
  const [names, values = ''] = axes.split('@')
  const tuples = values.split(';').map((tuple) => tuple.split(','))
  const weightAt = names.split(',').indexOf('wght')
  const weights = [...new Set(tuples.map((tuple) => (tuple[weightAt] ?? '400').replace('..', ' ')))]
  const styles = names.split(',')[0] === 'ital' ? [...new Set(tuples.map((tuple) => (tuple[0] === '1' ? 'italic' : 'normal')))] : ['normal']
  return styles.flatMap((style) => faces(id, style, weights, source)).join('\n')
}

const onDisk = (file) => file
const served = (file) => `http://127.0.0.1:${PORT}/${path.relative(HOME, file)}`

function usualUrls(id) {
  const css = fs.readFileSync(path.join(HOME, id, 'wght.css'), 'utf8')
  const [low, high] = /font-weight: (\d+) (\d+)/.exec(css).slice(1)
  const family = /font-family: '(.*) Variable'/.exec(css)[1].replaceAll(' ', '+')
  return [`https://fonts.googleapis.com/css2?family=${family}:wght@${low}..${high}&display=swap`]
}

function toJSON() {
  const urls = fs.existsSync(HOME) ? fs.readdirSync(HOME).flatMap(usualUrls) : []
  return Object.fromEntries(urls.map((url) => [url, stylesheet(url, served)]))
}

module.exports = new Proxy({ HOME, PORT }, {
  get: (own, key) => (key === 'toJSON' ? toJSON : key in own ? own[key] : typeof key === 'string' && key.startsWith('https://') ? stylesheet(key, onDisk) : undefined),
})
