// Which platform a file is for, by its name and its first bytes.
'use strict'

const CPUS = { 'linux/amd64': 'x64', 'linux/arm64': 'arm64' }
const SYSTEMS = ['darwin', 'win32', 'windows', 'macos', 'freebsd', 'openbsd', 'netbsd', 'sunos', 'aix', 'android', 'ios']
const PREBUILD = /(?:^|\/)prebuilds\/([a-z0-9]+)-[^/]+\//
const FOREIGN_FILE = /\.(dll|dylib|exe)$/i
const FOREIGN_MAGIC = /^(cffaedfe|cefaedfe|feedfacf|feedface|cafebabe|4d5a)/

/** What all builds of one file have in common: its path without the names of machines and C libraries. */
function variant(name) {
  return name
    .replace(/linuxmusl|(debian|rhel)(?=-openssl)/g, 'linux')
    .replace(/[-_./+](musl|gnu|glibc)(eabihf)?(?=$|[-_./+@])/g, '')
    .replace(/[-_./+](x86_64|x64|amd64|aarch64|arm64|armv[678]l?|armhf|arm|ia32|x86|i686|ppc64le?|ppc64|s390x|riscv64|loong64)(?=$|[-_./+@])/g, '')
}

/** Whether a file is a program or library of another system than Linux, by its name, its place or its first bytes. */
function isForeignSystem(name, head = Buffer.alloc(0)) {
  return FOREIGN_FILE.test(name) || SYSTEMS.includes(PREBUILD.exec(name)?.[1]) || (name.endsWith('.node') && FOREIGN_MAGIC.test(head.toString('hex')))
}

module.exports = { CPUS, isForeignSystem, variant }
