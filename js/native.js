'use strict'

// Loads the addon: the one beside this file, where a build puts it, or else the package of this platform, where npm does.
// Every `require` has its name written out, and stands in a `try`: a bundler then follows those that it finds, and leaves
// the others alone. Nothing is fetched.

const { closeSync, openSync, readSync } = require('node:fs')
const { name, napi, optionalDependencies, version } = require('./package.json')

const platform = platformOf(process)
const platformPackage = `${name}-${platform}`
/** A package of that name that our manifest does not name in this very version is a stranger's: it is never loaded. */
const isOurs = optionalDependencies?.[platformPackage] === version

module.exports = beside() ?? (isOurs ? installed() : undefined) ?? nowhere()

function beside() {
  try {
    switch (platform) {
      case 'linux-x64-gnu':
        return require('./greenapi_partner.linux-x64-gnu.node')
      case 'linux-x64-musl':
        return require('./greenapi_partner.linux-x64-musl.node')
      case 'linux-arm64-gnu':
        return require('./greenapi_partner.linux-arm64-gnu.node')
      case 'linux-arm64-musl':
        return require('./greenapi_partner.linux-arm64-musl.node')
      case 'darwin-x64':
        return require('./greenapi_partner.darwin-x64.node')
      case 'darwin-arm64':
        return require('./greenapi_partner.darwin-arm64.node')
      case 'win32-x64-msvc':
        return require('./greenapi_partner.win32-x64-msvc.node')
      case 'win32-arm64-msvc':
        return require('./greenapi_partner.win32-arm64-msvc.node')
    }
  } catch (error) {
    return absent(error)
  }
}

function installed() {
  try {
    switch (platform) {
      case 'linux-x64-gnu':
        checkVersion(require('greenapi_partner-linux-x64-gnu/package.json'))
        return require('greenapi_partner-linux-x64-gnu')
      case 'linux-x64-musl':
        checkVersion(require('greenapi_partner-linux-x64-musl/package.json'))
        return require('greenapi_partner-linux-x64-musl')
      case 'linux-arm64-gnu':
        checkVersion(require('greenapi_partner-linux-arm64-gnu/package.json'))
        return require('greenapi_partner-linux-arm64-gnu')
      case 'linux-arm64-musl':
        checkVersion(require('greenapi_partner-linux-arm64-musl/package.json'))
        return require('greenapi_partner-linux-arm64-musl')
      case 'darwin-x64':
        checkVersion(require('greenapi_partner-darwin-x64/package.json'))
        return require('greenapi_partner-darwin-x64')
      case 'darwin-arm64':
        checkVersion(require('greenapi_partner-darwin-arm64/package.json'))
        return require('greenapi_partner-darwin-arm64')
      case 'win32-x64-msvc':
        checkVersion(require('greenapi_partner-win32-x64-msvc/package.json'))
        return require('greenapi_partner-win32-x64-msvc')
      case 'win32-arm64-msvc':
        checkVersion(require('greenapi_partner-win32-arm64-msvc/package.json'))
        return require('greenapi_partner-win32-arm64-msvc')
    }
  } catch (error) {
    return absent(error)
  }
}

/**
 * What is not there may be elsewhere; what is there and does not load is told. (Of a `require` that it cannot follow, ncc
 * makes a name that an ES module does not have.)
 */
function absent(error) {
  if (error.code === 'MODULE_NOT_FOUND' || error instanceof ReferenceError) return undefined
  throw error.code === 'ERR_DLOPEN_FAILED'
    ? new Error(`${name} cannot load its addon for ${platform}: ${error.message}`, { cause: error })
    : error
}

function checkVersion(manifest) {
  if (manifest.version === version) return
  throw new Error(`${name} ${version} needs ${platformPackage} ${version}, not ${manifest.version}: install both again`)
}

function nowhere() {
  const platforms = napi.targets.map(platformOfTarget)
  if (!platforms.includes(platform)) {
    throw new Error(`${name} does not run on ${platform}: it has addons for ${platforms.join(', ')}`)
  }
  const notInstalled =
    `, and ${platformPackage} ${version} is not installed: npm leaves it out when it is told --omit=optional, or by a ` +
    'package-lock.json that was made on another platform'
  throw new Error(
    `${name} finds no addon for ${platform} beside its files${isOurs ? notInstalled : ''}. ` +
      `A bundle must leave ${name} where npm installed it: esbuild --external:${name}, webpack externals, Next.js ` +
      `serverExternalPackages. In a clone, npm run build in js/ makes the addon. ` +
      `There are addons for ${platforms.join(', ')}.`,
  )
}

/** What Node, npm and napi call this platform, in one word. */
function platformOf({ platform, arch }) {
  const abi = { linux: () => (usesMusl() ? '-musl' : '-gnu'), win32: () => '-msvc' }[platform]
  return `${platform}-${arch}${abi?.() ?? ''}`
}

/** The same of a target as Rust names it: x86_64-unknown-linux-gnu is linux-x64-gnu. */
function platformOfTarget(target) {
  const [cpu, , system, abi] = target.split('-')
  const arch = { x86_64: 'x64', aarch64: 'arm64' }[cpu]
  const platform = { windows: 'win32' }[system] ?? system
  return [platform, arch, abi].filter(Boolean).join('-')
}

/** By the loader that Node's own file asks for; a report of the process knows as well, but takes ten times as long. */
function usesMusl() {
  const head = firstPage(process.execPath)
  if (head.includes('/ld-linux-')) return false
  if (head.includes('/ld-musl-')) return true
  process.report.excludeNetwork = true // Else the report looks up host names.
  return process.report.getReport().header.glibcVersionRuntime === undefined
}

function firstPage(path) {
  const page = Buffer.alloc(4096)
  try {
    const file = openSync(path)
    try {
      readSync(file, page, 0, page.length, 0)
    } finally {
      closeSync(file)
    }
  } catch {
    // A program may be readable by nobody, or gone by now.
  }
  return page.toString('latin1')
}
