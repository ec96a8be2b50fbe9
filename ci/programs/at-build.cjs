// Loaded by every Node.js process of a build. It is one file, since Next.js joins the values of two `--require` in
// NODE_OPTIONS to one name for its workers; so it also loads the modules that the app's own options name.
'use strict'

const fs = require('node:fs')
const { createRequire } = require('node:module')
const path = require('node:path')

require('./entropy.cjs')
require('./traces.cjs')
require('./unreached.cjs')

const { modules } = JSON.parse(fs.readFileSync(path.join(__dirname, 'inputs'), 'utf8'))
const load = createRequire(path.join(process.cwd(), 'package.json'))
for (const name of modules) load(name)
