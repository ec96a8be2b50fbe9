// Writes public/manifest.json with the site name of the environment. Runs at build and again at boot.
'use strict';

const fs = require('node:fs');
const path = require('node:path');

const target = path.join(__dirname, '..', 'public', 'manifest.json');
const name = process.env.NEXT_PUBLIC_SITE_NAME || 'MoonTV mini';

const manifest = {
  name,
  short_name: name,
  description: 'A small film shelf',
  start_url: '/',
  scope: '/',
  display: 'standalone',
  background_color: '#0e1118',
  theme_color: '#0e1118',
  icons: [{ src: '/icons/icon.svg', sizes: 'any', type: 'image/svg+xml' }],
};

fs.mkdirSync(path.dirname(target), { recursive: true });
fs.writeFileSync(target, `${JSON.stringify(manifest, null, 2)}\n`);
