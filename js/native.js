'use strict'

// Loads this machine's addon from beside this file. Nothing is fetched, and nothing else is tried.

const { existsSync } = require('node:fs')
const { join } = require('node:path')

const platform = `${process.platform}-${process.arch}`
const names = {
  linux: usesMusl() ? [`${platform}-musl`] : [`${platform}-gnu`],
  win32: [`${platform}-msvc`],
  darwin: [platform, 'darwin-universal'],
}[process.platform] ?? [platform]

const addon = names.map((name) => join(__dirname, `greenapi_partner.${name}.node`)).find((path) => existsSync(path))
if (addon === undefined) {
  throw new Error(`greenapi_partner has no addon for ${names[0]} in ${__dirname}: build it there with "npm run build"`)
}

module.exports = require(addon)

function usesMusl() {
  if (process.platform !== 'linux') return false
  process.report.excludeNetwork = true // Else the report looks up host names.
  return process.report.getReport().header.glibcVersionRuntime === undefined
}
