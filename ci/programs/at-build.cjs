// Loaded by every Node.js process of a build. It is one file, since Next.js joins the values of two `--require` in
// NODE_OPTIONS to one name for its workers.
'use strict'

require('./entropy.cjs')
require('./traces.cjs')
require('./unreached.cjs')
