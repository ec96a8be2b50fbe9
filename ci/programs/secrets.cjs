// Tells whether a variable looks like a secret.
'use strict'

const WORD = /SECRET|TOKEN|PASSWORD|PASSWD|(^|_)(PWD|PRIVATE)(_|$)|CREDENTIAL|(API|ACCESS|SIGNING|ENCRYPTION|MASTER|SERVICE|ROLE)_?KEY/
// Next.js' own switches, and what is about a secret but is none.
const OTHER = /^NEXT_PRIVATE_|TOKENS|TOKENI[SZ]|_(URL|URI|NAME|ID|PATH|FILE|TTL|LENGTH|LIMIT|TYPE|PREFIX|HEADER|ISSUER|ALGORITHM|AGE|ENABLED|DISABLED|REQUIRED|EXPIR\w*)$/

const FORMATS = [
  /-----BEGIN [A-Z ]*PRIVATE KEY/,
  /\b(AKIA|ASIA)[0-9A-Z]{16}\b/,
  /\bgh[pousr]_\w{36}/,
  /\bgithub_pat_\w{22}/,
  /\bglpat-[\w-]{20}/,
  /\bnpm_\w{36}/,
  /\b[sr]k_live_\w{16}/,
  /\bsk-(ant|proj|svcacct)-[\w-]{20}/,
  /\bxox[baprs]-[\w-]{10}/,
  /\bSG\.[\w-]{16,}\.[\w-]{16,}/,
  /\b[a-z][a-z\d+.-]*:\/\/[^\s:/?#@]*:[^\s/?#@]+@/i,
]
const JWT = /\beyJ[\w-]+\.(eyJ[\w-]+)\.[\w-]+/

// Supabase gives browsers a token on purpose: its role is "anon".
function isJwt(value) {
  const payload = JWT.exec(value)?.[1]
  return payload !== undefined && !/"role"\s*:\s*"anon"/.test(Buffer.from(payload, 'base64url').toString())
}

// `value`, `name`, or nothing: by what it looks like one.
function secretBy(name, value = '') {
  if (FORMATS.some((format) => format.test(value)) || isJwt(value)) return 'value'
  const upper = name.toUpperCase()
  return WORD.test(upper) && !OTHER.test(upper) ? 'name' : ''
}

module.exports = { secretBy }
