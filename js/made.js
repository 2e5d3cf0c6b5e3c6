'use strict'

// Results that are made at once, without a promise.

const native = require('./native.js')
const { fromNative } = require('./errors.js')
const { publish } = require('./log.js')

/** What Rust made, or the error that it made instead. */
function made(outcome) {
  publish()
  if (outcome instanceof native.NativeError) throw fromNative(outcome)
  return outcome
}

/** For the `User-Agent`. */
const language = `node/${process.versions.node}`

module.exports = { language, made }
