// What secrets look like: the expressions are those that ECMA-262 and Python share. The value is JSON, which
// ci/decide/project/secrets.py reads too.
//   word          names of variables that hold a secret, in capitals
//   other         those among them that hold none: Next.js' own switches, and what is about a secret
//   forms         what it is, to the form of its value
//   token         a JSON Web Token, with its payload
//   public_token  the payload of one that browsers get on purpose: Supabase's role "anon"
'use strict'

module.exports = {
  "word": "SECRET|TOKEN|PASSWORD|PASSWD|(^|_)(PWD|PRIVATE)(_|$)|CREDENTIAL|(API|ACCESS|SIGNING|ENCRYPTION|MASTER|SERVICE|ROLE)_?KEY",
  "other": "^NEXT_PRIVATE_|TOKENS|TOKENI[SZ]|_(URL|URI|NAME|ID|PATH|FILE|TTL|LENGTH|LIMIT|TYPE|PREFIX|HEADER|ISSUER|ALGORITHM|AGE|ENABLED|DISABLED|REQUIRED|EXPIR\\w*)$",
  "forms": {
    "a private key": "-----BEGIN [A-Z ]*PRIVATE KEY",
    "an access key of AWS": "\\b(AKIA|ASIA)[0-9A-Z]{16}\\b",
    "a token of GitHub": "\\bgh[pousr]_\\w{36}|\\bgithub_pat_\\w{22}",
    "a token of GitLab": "\\bglpat-[\\w-]{20}",
    "a token of npm": "\\bnpm_\\w{36}",
    "a key of Stripe": "\\b[sr]k_live_\\w{16}",
    "a key of OpenAI or Anthropic": "\\bsk-(ant|proj|svcacct)-[\\w-]{20}",
    "a token of Slack": "\\bxox[baprs]-[\\w-]{10}",
    "a key of SendGrid": "\\bSG\\.[\\w-]{16,}\\.[\\w-]{16,}",
    "a URL with a password": "\\b[A-Za-z][A-Za-z\\d+.-]*://[^\\s:/?#@]*:[^\\s/?#@]+@"
  },
  "token": "\\beyJ[\\w-]+\\.(eyJ[\\w-]+)\\.[\\w-]+",
  "public_token": "\"role\"\\s*:\\s*\"anon\""
}
