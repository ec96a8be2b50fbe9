// Whether a variable looks like a secret. The table is read by ci/intool/common/secret_forms.py too.
'use strict'

const { word, other, forms, token, public_token: publicToken } = require('./secret-forms.json')

const WORD = new RegExp(word)
const OTHER = new RegExp(other)
const FORMS = Object.values(forms).map((form) => new RegExp(form))
const TOKEN = new RegExp(token)
const PUBLIC_TOKEN = new RegExp(publicToken)

function isToken(value) {
  const payload = TOKEN.exec(value)?.[1]
  return payload !== undefined && !PUBLIC_TOKEN.test(Buffer.from(payload, 'base64url').toString())
}

// `value`, `name`, or nothing: by what it looks like one.
function secretBy(name, value = '') {
  if (FORMS.some((form) => form.test(value)) || isToken(value)) return 'value'
  const upper = name.toUpperCase()
  return WORD.test(upper) && !OTHER.test(upper) ? 'name' : ''
}

module.exports = { secretBy }
