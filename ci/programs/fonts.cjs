// What next/font/google gets instead of the font host's answers (NEXT_FONT_GOOGLE_MOCKED_RESPONSES): the same rules,
// with files of the packages of Fontsource.
//
// webpack asks by URL and reads an absolute path in `src` from disk. Turbopack takes the whole module as JSON once, so
// `toJSON` answers for the URLs that follow from the source, and fetches what `src` names over HTTP, from
// serve-fonts.cjs.
'use strict'

const fs = require('node:fs')
const path = require('node:path')
const { calls } = require('./font-calls.cjs')

const HOME = process.env.NEXT_DISTROLESS_FONTS ?? '/opt/packages/fonts'
const PORT = 18017
const STANDARD = new Set(['opsz', 'slnt', 'wdth'])

function stylesheet(url, source) {
  const query = new URL(url).searchParams
  const [family, axes = ''] = query.get('family').split(':')
  const font = { family, id: family.toLowerCase().replaceAll(' ', '-'), display: query.get('display') ?? 'swap' }
  if (!fs.existsSync(path.join(HOME, font.id))) return undefined
  const faces = variants(axes).flatMap((variant) => (isStatic(font.id) ? ofStatic : ofVariable)(font.id, variant))
  return faces.length ? faces.map((face) => rule(face, font, source)).join('\n') : undefined
}

/** What a URL asks for, such as `ital,wght@0,400;1,400..700`: style, weight and further axes of each variant. */
function variants(axes) {
  const [names, values = ''] = axes.split('@')
  const found = values.split(';').map((tuple) => {
    const parts = tuple.split(',')
    const asked = Object.fromEntries(names.split(',').map((name, n) => [name, parts[n]]))
    const { ital, wght = '400', ...others } = asked
    return { style: ital === '1' ? 'italic' : 'normal', weight: wght || '400', axes: Object.keys(others).filter(Boolean) }
  })
  return [...new Map(found.map((variant) => [JSON.stringify(variant), variant])).values()]
}

function isStatic(id) {
  return fs.readdirSync(path.join(HOME, id)).some((name) => /^\d+(-italic)?\.css$/.test(name))
}

/** One file for all weights of a style. */
function ofVariable(id, { style, weight, axes }) {
  const exact = axes.length > 1 ? (axes.every((axis) => STANDARD.has(axis)) ? 'standard' : 'full') : (axes[0]?.toLowerCase() ?? 'wght')
  const names = [exact, ...(axes.length ? ['full', 'standard'] : []), 'wght', 'index']
  const file = existing(id, style === 'italic' ? names.map((name) => `${name}-italic`) : []) ?? existing(id, names)
  return read(id, file).map((face) => ({ ...face, weight: weight.replace('..', ' ') }))
}

/** A file for each weight and style; a range of weights is all of them that there are. */
function ofStatic(id, { style, weight }) {
  const [low, high = low] = weight.split('..').map(Number)
  const known = fs.readdirSync(path.join(HOME, id)).map((name) => Number(/^(\d+)(-italic)?\.css$/.exec(name)?.[1]))
  const weights = [...new Set(known)].filter((one) => one >= low && one <= high).sort((a, b) => a - b)
  return weights.flatMap((one) => {
    const file = existing(id, style === 'italic' ? [`${one}-italic`, `${one}`] : [`${one}`, `${one}-italic`])
    return read(id, file).map((face) => ({ ...face, weight: String(one) }))
  })
}

function existing(id, names) {
  return names.find((name) => fs.existsSync(path.join(HOME, id, `${name}.css`)))
}

/** The rules of a stylesheet of a package: subset, file, and what else a browser needs to know. */
function read(id, name) {
  if (name === undefined) return []
  const css = fs.readFileSync(path.join(HOME, id, `${name}.css`), 'utf8')
  return [...css.matchAll(/\/\* (\S+) \*\/\s*@font-face \{([^}]*)\}/g)].flatMap(([, label, body]) => {
    const file = /url\(\.?\/?(files\/[^)]+\.woff2)\)/.exec(body)?.[1]
    const value = (property) => new RegExp(`${property}: ([^;]*);?`).exec(body)?.[1].trim()
    const subset = label.replace(`${id}-`, '').replace(/-[^-]+-(normal|italic|oblique)$/, '')
    return file ? [{ file: path.join(HOME, id, file), subset, style: value('font-style'), stretch: value('font-stretch'), range: value('unicode-range') }] : []
  })
}

function rule({ file, subset, style, weight, stretch, range }, { family, display }, source) {
  return [
    `/* ${subset} */`,
    '@font-face {',
    `  font-family: '${family}';`,
    `  font-style: ${style};`,
    `  font-weight: ${weight};`,
    ...(stretch ? [`  font-stretch: ${stretch};`] : []),
    `  font-display: ${display};`,
    `  src: url(${source(file)}) format('woff2');`,
    ...(range ? [`  unicode-range: ${range};`] : []),
    '}',
  ].join('\n')
}

const onDisk = (file) => file
const served = (file) => `http://127.0.0.1:${PORT}/${path.relative(HOME, file)}`

/** The URL of a variable font without further options. */
function usualUrls(id) {
  const file = path.join(HOME, id, 'wght.css')
  if (!fs.existsSync(file)) return []
  const css = fs.readFileSync(file, 'utf8')
  const [low, high] = /font-weight: (\d+) (\d+)/.exec(css)?.slice(1) ?? []
  const family = /font-family: '(.*) Variable'/.exec(css)?.[1].replaceAll(' ', '+')
  return low && family ? [`https://fonts.googleapis.com/css2?family=${family}:wght@${low}..${high}&display=swap`] : []
}

function toJSON() {
  const usual = fs.existsSync(HOME) ? fs.readdirSync(HOME).flatMap(usualUrls) : []
  const { NEXT_DISTROLESS_SOURCE: source, NEXT_DISTROLESS_APP: app } = process.env
  const urls = new Set([...usual, ...(app ? calls(source ?? app, app) : [])])
  return Object.fromEntries([...urls].map((url) => [url, stylesheet(url, served)]).filter(([, css]) => css))
}

module.exports = new Proxy({ HOME, PORT }, {
  get: (own, key) => (key === 'toJSON' ? toJSON : key in own ? own[key] : typeof key === 'string' && key.startsWith('https://') ? stylesheet(key, onDisk) : undefined),
})
