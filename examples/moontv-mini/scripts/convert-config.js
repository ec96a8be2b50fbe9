// Bakes config.json into src/lib/runtime.ts, for runtimes without a file system.
'use strict';

const fs = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..');
const { version } = require('../package.json');
const config = JSON.parse(fs.readFileSync(path.join(root, 'config.json'), 'utf8'));
const target = path.join(root, 'src', 'lib', 'runtime.ts');

fs.writeFileSync(
  target,
  `// Written by scripts/convert-config.js from config.json. Do not edit.
import type { SiteConfig } from './config-types';

export const VERSION = ${JSON.stringify(version)};

export const bakedConfig: SiteConfig = ${JSON.stringify(config, null, 2)};
`,
);
console.log(`wrote ${path.relative(root, target)}`);
