// Loading: how the package finds its addon on each platform, and what it says where there is none.

import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { readJson, readText, runProgram } from './helper.mjs'

const manifest = readJson('js/package.json')
const { name, version } = manifest
const mac = { platform: 'darwin', arch: 'arm64' }
const macPackage = `${name}-darwin-arm64`

/** A project with what loads the addon in its `node_modules`, without any addon, and with this in its manifest. */
function project(changes = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'greenapi-partner-loading-'))
  after(() => rmSync(folder, { recursive: true }))
  install(folder, name, { ...manifest, ...changes }, { 'native.js': readText('js/native.js') })
  return folder
}

function install(folder, name, manifest, files) {
  const installed = join(folder, 'node_modules', name)
  mkdirSync(installed, { recursive: true })
  writeFileSync(join(installed, 'package.json'), JSON.stringify({ name, ...manifest }))
  for (const [file, text] of Object.entries(files)) writeFileSync(join(installed, file), text)
}

/** What comes of loading the addon in a process that takes itself for another: what it exports, or its error's fields. */
async function load(folder, process) {
  const { stdout, stderr } = await runProgram(`
    import { createRequire } from 'node:module'
    for (const [key, value] of Object.entries(${JSON.stringify(process)})) Object.defineProperty(process, key, { value })
    const loaded = () => {
      try {
        return createRequire(${JSON.stringify(`${folder}/`)})('./node_modules/${name}/native.js')
      } catch ({ message, cause }) {
        return { message, cause: cause?.code }
      }
    }
    console.log(JSON.stringify({ ...loaded(), ran: globalThis.ran }))
  `)
  assert.equal(stderr, '')
  return JSON.parse(stdout)
}

/** The platforms of the manifest's targets, as the package names them. */
async function platforms() {
  const { message } = await load(project(), { platform: 'freebsd', arch: 'x64' })
  const [, named] = message.match(/^greenapi_partner does not run on freebsd-x64: it has addons for (.*)$/)
  assert.equal(named.split(', ').length, manifest.napi.targets.length)
  return named.split(', ')
}

test('each target of the manifest has its requires, written out for bundlers, and nothing else has', async () => {
  const code = readText('js/native.js')
  const found = (pattern) => [...code.matchAll(pattern)].map(([, platform]) => platform)
  const expected = await platforms()
  assert.deepEqual(found(/ {8}return require\('\.\/greenapi_partner\.([\w-]+)\.node'\)/g), expected)
  assert.deepEqual(found(/ {8}checkVersion\(require\('greenapi_partner-([\w-]+)\/package\.json'\)\)/g), expected)
  assert.deepEqual(found(/ {8}return require\('greenapi_partner-([\w-]+)'\)/g), expected)
  assert.deepEqual(found(/case '([\w-]+)':/g), [...expected, ...expected])
  assert.equal(code.match(/require\(/g).length, 3 * expected.length + ["'node:fs'", "'./package.json'"].length)
})

test('where there is no addon, the error names the platform and says what helps', async () => {
  const folder = project()
  const program = (loader) => {
    const file = join(folder, loader)
    writeFileSync(file, `\x7fELF\x02\x01\x01${'\0'.repeat(700)}/lib/${loader}\0`)
    return file
  }
  const here = process.report.getReport().header.glibcVersionRuntime === undefined ? 'musl' : 'gnu'
  const cases = {
    'linux-x64-gnu': { platform: 'linux', arch: 'x64', execPath: program('ld-linux-x86-64.so.2') },
    'linux-x64-musl': { platform: 'linux', arch: 'x64', execPath: program('ld-musl-x86_64.so.1') },
    'linux-arm64-gnu': { platform: 'linux', arch: 'arm64', execPath: program('ld-linux-aarch64.so.1') },
    'linux-arm64-musl': { platform: 'linux', arch: 'arm64', execPath: program('ld-musl-aarch64.so.1') },
    'darwin-x64': { platform: 'darwin', arch: 'x64' },
    'darwin-arm64': mac,
    'win32-x64-msvc': { platform: 'win32', arch: 'x64' },
    'win32-arm64-msvc': { platform: 'win32', arch: 'arm64' },
  }
  assert.deepEqual(Object.keys(cases), await platforms())
  // Node's file cannot be read, or asks for no loader that is known: then the process itself is asked.
  const asked = [join(folder, 'gone'), program('loader-of-my-own')].map((execPath) => ({
    ...mac,
    platform: 'linux',
    execPath,
  }))
  for (const [platform, process] of [...Object.entries(cases), ...asked.map((one) => [`linux-arm64-${here}`, one])]) {
    const { message } = await load(folder, process)
    assert.ok(message.startsWith(`greenapi_partner finds no addon for ${platform} beside its files. `), message)
    const helps = [
      'npm run build',
      '--external:greenapi_partner',
      'webpack externals',
      'Next.js serverExternalPackages',
    ]
    for (const words of [...helps, ...Object.keys(cases)]) assert.ok(message.includes(words), words)
  }
})

const ran = 'globalThis.ran = true; module.exports = { whose: "the package of the platform" }'

test('a package with the name of a platform is never run unless our manifest names it, in our version', async () => {
  for (const optionalDependencies of [undefined, {}, { [macPackage]: `^${version}` }, { [macPackage]: '9.9.9' }]) {
    const folder = project({ optionalDependencies })
    install(folder, macPackage, { version }, { 'index.js': ran })
    const { message, ran: hasRun } = await load(folder, mac)
    assert.match(message, /^greenapi_partner finds no addon for darwin-arm64 beside its files\. /)
    assert.equal(hasRun, undefined)
  }
})

const ours = { optionalDependencies: { [macPackage]: version } }

test('a package of the platform that our manifest names is loaded', async () => {
  const folder = project(ours)
  install(folder, macPackage, { version }, { 'index.js': ran })
  assert.deepEqual(await load(folder, mac), { whose: 'the package of the platform', ran: true })
})

test('a package of the platform in another version is not run, and both versions are told', async () => {
  const folder = project(ours)
  install(folder, macPackage, { version: '9.9.9' }, { 'index.js': ran })
  const message = `greenapi_partner ${version} needs ${macPackage} ${version}, not 9.9.9: install both again`
  assert.deepEqual(await load(folder, mac), { message })
})

test('a package of the platform that is not installed is told', async () => {
  const { message } = await load(project(ours), mac)
  const told = `greenapi_partner finds no addon for darwin-arm64 beside its files, and ${macPackage} ${version} is not installed: `
  assert.ok(message.startsWith(told), message)
  assert.match(message, /--omit=optional/)
})

test('an addon that is there and does not load gives its reason, and nothing else is tried', async () => {
  const folder = project(ours)
  install(folder, macPackage, { version }, { 'index.js': ran })
  writeFileSync(join(folder, 'node_modules', name, 'greenapi_partner.darwin-arm64.node'), 'no addon')
  const { message, cause, ran: hasRun } = await load(folder, mac)
  assert.match(
    message,
    /^greenapi_partner cannot load its addon for darwin-arm64: .*greenapi_partner\.darwin-arm64\.node/,
  )
  assert.deepEqual([cause, hasRun], ['ERR_DLOPEN_FAILED', undefined])
})
